export { serveWebdav, type WebdavGateway, type WebdavGatewayOptions } from './gateway.js';
