/** Entry of the worker thread of the command line, which draws no tables, pictures or plots: its package goes without them. */
import { answerCalls } from './answerCalls';

answerCalls();
