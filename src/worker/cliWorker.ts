/** Entry of the worker thread of the command line. It has no code for tables, pictures and plots, which keeps the package small. */
import { answerCalls } from './answerCalls';

answerCalls();
