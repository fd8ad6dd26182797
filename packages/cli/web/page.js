/**
 * A page around spice-html5: it connects by WebSocket to the server that config.json names, asks for the password,
 * and lets the guest's picture follow the window's size.
 */
import { SpiceMainConn, sendCtrlAltDel } from './spice-html5/main.js';

/** How long a size must last before the guest is told, in ms. */
const settleMs = 300;
/** The least picture that a guest is asked for, in pixels. */
const smallest = { width: 320, height: 200 };

const element = (id) => document.getElementById(id);
const [state, screen, login, area] = ['state', 'spice-screen', 'login', 'area'].map(element);
const buttons = ['ctrl-alt-del', 'fullscreen', 'disconnect'].map(element);

let connection = null;
let agent = null;
let resizeTimer = 0;

/** Keys go to the picture's canvas. */
function focusPicture() {
  screen.querySelector('canvas')?.focus();
}

function show(name, text) {
  state.dataset.state = name;
  state.textContent = text;
  for (const button of buttons) button.disabled = name !== 'connected';
}

function ask(reason) {
  element('reason').textContent = reason;
  login.hidden = false;
  element('password').focus();
}

function stop() {
  const ended = connection;
  connection = null;
  agent = null;
  // It throws when its channels were never opened.
  try {
    ended?.stop();
  } catch (error) {
    console.debug(error);
  }
  screen.replaceChildren();
}

function failed(error) {
  if (connection === null) return;
  stop();
  const wrongPassword = /permission|password/i.test(error?.message ?? '');
  show('ended', wrongPassword ? 'a password is needed' : 'the connection ended');
  ask(wrongPassword ? 'The machine asks for a password.' : 'The connection ended. Connect again?');
}

function resize() {
  if (agent === null) return;
  const { clientWidth, clientHeight } = area;
  // Guests want multiples of 8.
  const width = Math.max(smallest.width, clientWidth & ~7);
  const height = Math.max(smallest.height, clientHeight & ~7);
  agent.resize_window(0, width, height, 32, 0, 0);
}

function connect(uri, password) {
  stop();
  login.hidden = true;
  show('connecting', 'connecting …');
  try {
    connection = new SpiceMainConn({
      uri,
      password,
      screen_id: screen.id,
      message_id: 'messages',
      onerror: failed,
      onsuccess() {
        show('connected', 'connected');
        focusPicture();
      },
      onagent(sc) {
        agent = sc;
        resize();
      },
    });
  } catch (error) {
    failed(error);
  }
}

/** Full screen, with the keys that the browser would keep, where it gives them away. */
async function enterFullscreen() {
  await area.requestFullscreen();
  await navigator.keyboard?.lock?.();
  focusPicture();
}

const { uri, vv } = await (await fetch('config.json')).json();
element('vv').hidden = !vv;
login.addEventListener('submit', (event) => {
  event.preventDefault();
  connect(uri, element('password').value);
  element('password').value = '';
});
element('ctrl-alt-del').addEventListener('click', () => {
  sendCtrlAltDel(connection);
  focusPicture();
});
element('fullscreen').addEventListener('click', () => void enterFullscreen());
element('disconnect').addEventListener('click', () => {
  stop();
  show('ended', 'disconnected');
  ask('Disconnected.');
});
document.addEventListener('fullscreenchange', () => {
  if (document.fullscreenElement === null) navigator.keyboard?.unlock?.();
});
window.addEventListener('resize', () => {
  clearTimeout(resizeTimer);
  resizeTimer = setTimeout(resize, settleMs);
});
connect(uri, '');
