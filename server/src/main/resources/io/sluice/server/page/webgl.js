// Draws with WebGL2: positions are a texture, and lines and nodes are instances that look into it.

/** @import { Camera } from './camera.js' */
/** @import { Palette } from './colours.js' */
/** @import { Shape } from './shape.js' */

const WIDE = 1024;
/** Rows at its ends, of a line. */
const ENDS = 0;
const KIND = 1;

const LOOK = `#version 300 es
precision highp float;
uniform highp sampler2D places;
uniform mat3 turn;
uniform vec2 size;
uniform float away;
uniform float lens;
uniform vec4 ramp[5];
uniform vec4 lost;
vec4 node(uint row) { return texelFetch(places, ivec2(row % ${WIDE}u, row / ${WIDE}u), 0); }
// In pixels from the middle, and how far it is.
vec3 seen(vec3 place) {
  vec3 there = place * turn;
  float depth = away - there.z;
  return vec3(there.xy * lens / depth, depth);
}
vec4 by(float share) {
  if (share < 0.0) return lost;
  float at = min(share, 0.9999) * 4.0;
  return mix(ramp[int(at)], ramp[int(at) + 1], fract(at));
}
float haze(float depth) { return clamp(1.25 - 0.55 * depth / away, 0.25, 1.0); }
vec4 put(vec2 pixels, float depth) {
  return vec4(2.0 * pixels / size * depth, (depth / 8000.0 * 2.0 - 1.0) * depth, depth);
}
const vec4 NOWHERE = vec4(2.0, 2.0, 2.0, 1.0);
`;

const LINES = `${LOOK}
layout(location = ${ENDS}) in uvec2 ends;
uniform vec4 plain;
uniform float coloured;
uniform float thick;
out vec4 colour;
// Pixels from the middle of the line, and half of what it is wide.
out vec2 away2;
void main() {
  vec4 a = node(ends.x), b = node(ends.y);
  vec3 from = seen(a.xyz), to = seen(b.xyz);
  bool first = gl_VertexID < 2;
  vec3 here = first ? from : to;
  vec2 along = to.xy - from.xy;
  float far = length(along);
  // Neither behind us, nor from nowhere, nor across the picture for a node that was thrown.
  if (min(from.z, to.z) < 5.0 || !(far < 4.0 * size.x)) { gl_Position = NOWHERE; return; }
  float side = (gl_VertexID % 2 == 0 ? 1.0 : -1.0) * (thick + 0.5);
  away2 = vec2(side, thick + 0.5);
  gl_Position = put(here.xy + vec2(-along.y, along.x) / max(far, 0.001) * side, here.z);
  vec4 own = by(first ? a.w : b.w);
  colour = mix(plain, vec4(own.rgb, plain.a), coloured);
  colour.a *= haze(here.z);
}`;

const LINE = `#version 300 es
precision mediump float;
in vec4 colour;
in vec2 away2;
out vec4 pixel;
void main() {
  float alpha = colour.a * clamp(away2.y - abs(away2.x), 0.0, 1.0);
  pixel = vec4(colour.rgb * alpha, alpha);
}`;

const NODES = `${LOOK}
layout(location = ${KIND}) in float kind;
uniform float dots;
out vec4 colour;
out vec2 corner;
void main() {
  vec4 own = node(uint(gl_InstanceID));
  vec3 here = seen(own.xyz);
  if (!(here.z > 5.0)) { gl_Position = NOWHERE; return; }
  corner = vec2(gl_VertexID % 2, gl_VertexID / 2) * 2.0 - 1.0;
  float source = own.w == 0.0 ? 2.2 : 1.0;
  float big = (kind > 1.5 ? 3.4 : kind > 0.5 ? 2.3 : 1.7) * source;
  float wide = max(big * lens / here.z, 1.1 * dots * source);
  gl_Position = put(here.xy + corner * wide, here.z);
  colour = by(own.w);
  colour.rgb *= mix(0.6, 1.0, haze(here.z));
}`;

const NODE = `#version 300 es
precision mediump float;
in vec4 colour;
in vec2 corner;
out vec4 pixel;
void main() {
  float far2 = dot(corner, corner);
  if (far2 > 1.0) discard;
  float lit = 0.78 + 0.3 * dot(vec3(corner, sqrt(1.0 - far2)), normalize(vec3(-0.4, 0.6, 0.7)));
  pixel = vec4(colour.rgb * lit, 1.0) * (1.0 - smoothstep(0.7, 1.0, far2));
}`;

/**
 * What lives on the graphics card, and is gone with it.
 *
 * @typedef {object} Tools
 * @property {WebGLProgram} lines
 * @property {WebGLProgram} nodes
 * @property {WebGLBuffer[]} ends those of links, of ways and of the trail
 * @property {WebGLBuffer} kinds
 * @property {WebGLVertexArrayObject} lineArray
 * @property {WebGLVertexArrayObject} nodeArray
 */

export class WebglPainter {
  #gl;
  /** @type {Tools | null} null: the browser has taken the graphics away */
  #tools;
  #texels = new Float32Array(0);
  #version = -1;

  /** @param {HTMLCanvasElement} canvas @returns {WebglPainter | null} null: there is no WebGL2 */
  static on(canvas) {
    const gl = canvas.getContext('webgl2', { alpha: false, antialias: false, powerPreference: 'high-performance' });
    return gl && new WebglPainter(gl, canvas);
  }

  /** @param {WebGL2RenderingContext} gl @param {HTMLCanvasElement} canvas */
  constructor(gl, canvas) {
    this.#gl = gl;
    this.#tools = tools(gl);
    canvas.addEventListener('webglcontextlost', (event) => {
      // Else it is never given back.
      event.preventDefault();
      this.#tools = null;
    });
    canvas.addEventListener('webglcontextrestored', () => {
      this.#tools = tools(gl);
      this.#version = -1;
    });
  }

  get name() {
    return 'WebGL2';
  }

  /** Nothing can be drawn until the browser gives the graphics back. */
  get isLost() {
    return !this.#tools || this.#gl.isContextLost();
  }

  /**
   * @param {Shape} shape @param {Camera} camera @param {Palette} colours
   * @param {boolean} links whether they are drawn, too
   */
  draw(shape, camera, colours, links) {
    const gl = this.#gl;
    if (!this.#tools) return;
    const { lines, nodes, kinds, lineArray, nodeArray } = this.#tools;
    const { dots } = camera;
    const [red = 0, green = 0, blue = 0] = colours.ground;
    gl.viewport(0, 0, camera.width, camera.height);
    gl.clearColor(red, green, blue, 1);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    this.#upload(shape);
    gl.disable(gl.DEPTH_TEST);
    gl.useProgram(lines);
    this.#look(lines, camera, colours);
    gl.bindVertexArray(lineArray);
    const isNew = links && shape.version !== this.#version;
    if (links) this.#version = shape.version;
    this.#stroke(this.#tools, 0, shape.links, links ? shape.linkCount : 0, isNew, colours.link, 0, 0.5 * dots);
    this.#stroke(this.#tools, 1, shape.ways, shape.wayCount, true, [0, 0, 0, 0.62], 1, 0.75 * dots);
    this.#stroke(this.#tools, 2, shape.trail, shape.trailCount, true, colours.trail, 0, 1.6 * dots);
    gl.enable(gl.DEPTH_TEST);
    gl.useProgram(nodes);
    this.#look(nodes, camera, colours);
    gl.uniform1f(gl.getUniformLocation(nodes, 'dots'), dots);
    gl.bindVertexArray(nodeArray);
    gl.bindBuffer(gl.ARRAY_BUFFER, kinds);
    gl.bufferData(gl.ARRAY_BUFFER, shape.kinds.subarray(0, shape.count), gl.STREAM_DRAW);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, shape.count);
  }

  /** @param {Shape} shape */
  #upload({ count, places, shares }) {
    const gl = this.#gl;
    const high = Math.max(Math.ceil(count / WIDE), 1);
    if (this.#texels.length !== 4 * WIDE * high) this.#texels = new Float32Array(4 * WIDE * high);
    const texels = this.#texels;
    for (let row = 0; row < count; row++) {
      texels[4 * row] = places[3 * row] ?? 0;
      texels[4 * row + 1] = places[3 * row + 1] ?? 0;
      texels[4 * row + 2] = places[3 * row + 2] ?? 0;
      texels[4 * row + 3] = shares[row] ?? -1;
    }
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA32F, WIDE, high, 0, gl.RGBA, gl.FLOAT, texels);
  }

  /** @param {WebGLProgram} program @param {Camera} camera @param {Palette} colours */
  #look(program, camera, colours) {
    const gl = this.#gl;
    const at = (/** @type {string} */ name) => gl.getUniformLocation(program, name);
    gl.uniformMatrix3fv(at('turn'), false, camera.turn);
    gl.uniform2f(at('size'), camera.width, camera.height);
    gl.uniform1f(at('away'), camera.distance);
    gl.uniform1f(at('lens'), camera.lens);
    gl.uniform4fv(at('ramp'), colours.ramp.flat());
    gl.uniform4fv(at('lost'), colours.lost);
  }

  /**
   * @param {Tools} tools @param {number} which
   * @param {Uint32Array} ends @param {number} count @param {boolean} isNew
   * @param {number[]} plain @param {number} coloured @param {number} thick half of it
   */
  #stroke({ lines: program, ends: buffers }, which, ends, count, isNew, plain, coloured, thick) {
    const gl = this.#gl;
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers[which] ?? null);
    if (isNew) gl.bufferData(gl.ARRAY_BUFFER, ends.subarray(0, 2 * count), gl.STREAM_DRAW);
    if (!count) return;
    gl.vertexAttribIPointer(ENDS, 2, gl.UNSIGNED_INT, 0, 0);
    gl.uniform4fv(gl.getUniformLocation(program, 'plain'), plain);
    gl.uniform1f(gl.getUniformLocation(program, 'coloured'), coloured);
    gl.uniform1f(gl.getUniformLocation(program, 'thick'), thick);
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
  }
}

/** @param {WebGL2RenderingContext} gl @returns {Tools | null} null: they were taken away meanwhile */
function tools(gl) {
  const [lines, nodes] = [program(gl, LINES, LINE), program(gl, NODES, NODE)];
  if (!lines || !nodes) return null;
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
  const ends = [gl.createBuffer(), gl.createBuffer(), gl.createBuffer()];
  const kinds = gl.createBuffer();
  const [lineArray, nodeArray] = [gl.createVertexArray(), gl.createVertexArray()];
  gl.bindVertexArray(nodeArray);
  gl.bindBuffer(gl.ARRAY_BUFFER, kinds);
  gl.enableVertexAttribArray(KIND);
  gl.vertexAttribPointer(KIND, 1, gl.UNSIGNED_BYTE, false, 0, 0);
  gl.vertexAttribDivisor(KIND, 1);
  gl.bindVertexArray(lineArray);
  gl.enableVertexAttribArray(ENDS);
  gl.vertexAttribDivisor(ENDS, 1);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
  return { lines, nodes, ends, kinds, lineArray, nodeArray };
}

/**
 * @param {WebGL2RenderingContext} gl @param {string} vertex @param {string} fragment
 * @returns {WebGLProgram | null} null: the graphics were taken away meanwhile
 */
function program(gl, vertex, fragment) {
  if (gl.isContextLost()) return null;
  const made = gl.createProgram();
  for (const [kind, source] of /** @type {[number, string][]} */ ([[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]])) {
    const shader = /** @type {WebGLShader} */ (gl.createShader(kind));
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) return broken(gl, gl.getShaderInfoLog(shader));
    gl.attachShader(made, shader);
  }
  gl.linkProgram(made);
  if (!gl.getProgramParameter(made, gl.LINK_STATUS)) return broken(gl, gl.getProgramInfoLog(made));
  return made;
}

/** @param {WebGL2RenderingContext} gl @param {string | null} why */
function broken(gl, why) {
  if (gl.isContextLost()) return null;
  throw new Error(String(why));
}
