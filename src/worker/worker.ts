/** Entry of the worker threads, which decode, render and encode values, so that the extension host stays responsive. */
import { answerCalls } from './answerCalls';
import { DataViewers } from './dataViewers';

answerCalls(new DataViewers());
