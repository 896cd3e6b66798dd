/** Entry of the worker thread: decoding, rendering and encoding happen here, so that the extension host stays responsive. */
import { answerCalls } from './answerCalls';
import { DataViewers } from './dataViewers';

answerCalls(new DataViewers());
