import { webhook } from '@postern/express';
import express, { type RequestHandler } from 'express4';
import { listen, type Mount } from './mount.ts';

/** Express 4, the handler form. */
export const mount: Mount = {
  name: 'express4',
  async serve(options, handler) {
    const app = express();
    // This workspace has the types of both versions; a project has those of its own only, and needs no cast.
    app.all(/.*/, webhook(options, handler) as unknown as RequestHandler);
    return listen(app);
  },
};
