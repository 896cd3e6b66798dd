import type { Forms } from '../registry';
import { numberForms } from './numbers';

const forms: Forms = { ...numberForms };

export const standard = { forms };
