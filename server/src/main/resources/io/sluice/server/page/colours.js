// The colours of the picture: those of distances from near to far, and what stands behind them.

/** @typedef {{ground: number[], link: number[], lost: number[], trail: number[], ramp: number[][]}} Palette */

/** @param {string} hex @param {number} [alpha] @returns {number[]} four numbers from 0 to 1 */
function colour(hex, alpha = 1) {
  const value = Number.parseInt(hex, 16);
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255, alpha];
}

/** @type {Palette} */
const DARK = {
  ground: colour('0a1316'),
  link: colour('7fa6ad', 0.13),
  lost: colour('5d777d'),
  trail: colour('ffffff', 0.95),
  ramp: ['fff3c4', '8df5dd', '33c3dd', '5b7cf0', 'b05be0'].map((hex) => colour(hex)),
};

/** @type {Palette} */
const LIGHT = {
  ground: colour('f6f9f9'),
  link: colour('2c5560', 0.13),
  lost: colour('a3b5b8'),
  trail: colour('10262b', 0.95),
  ramp: ['e08a00', '0c9a8d', '0876b8', '4a48d0', '9226b8'].map((hex) => colour(hex)),
};

const wantsDark = matchMedia('(prefers-color-scheme: dark)');

/** @returns {Palette} that of the page */
export function palette() {
  const { theme } = document.documentElement.dataset;
  return (theme ? theme === 'dark' : wantsDark.matches) ? DARK : LIGHT;
}

/** @param {Palette} colours @param {number} share of the farthest; below 0: cannot be reached */
export function rampAt({ ramp, lost }, share) {
  if (share < 0) return lost;
  const at = Math.min(share, 0.9999) * (ramp.length - 1);
  const [low, high] = [ramp[Math.floor(at)] ?? lost, ramp[Math.floor(at) + 1] ?? lost];
  return low.map((each, i) => each + ((high[i] ?? 0) - each) * (at % 1));
}
