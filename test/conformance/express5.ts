import { webhook } from '@postern/express';
import express from 'express';
import { listen, type Mount } from './mount.ts';

/** Express 5, the handler form. */
export const mount: Mount = {
  name: 'express5',
  async serve(options, handler) {
    const app = express();
    app.all(/.*/, webhook(options, handler));
    return listen(app);
  },
};
