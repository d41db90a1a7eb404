// A box in whole pixels of its frame: [left, top, width, height]. The server hears of it when the hand lets go, so that
// what it does with a box is done once. The numbers are real fields, for keyboards, screen readers and exact places.

const [LEFT, TOP, WIDTH, HEIGHT] = [0, 1, 2, 3]
const STEP = 0.01 // of the frame's side
const REST_MS = 350 // after the last key
const FIRST = 0.1 // of the frame's side around a box that the keyboard begins
const editors = new WeakMap()

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".box-editor")
  const editor = editors.get(root) ?? open(root)
  editors.set(root, editor)
  editor.show(data, setStateValue)
}

function open(root) {
  const find = (name) => root.querySelector(name)
  const [stage, frame] = [find(".stage"), find(".box")]
  const inputs = [...root.querySelectorAll("input")]
  let data = null
  let send = () => {}
  let box = null
  let told = "" // the box that the server knows
  let held = null // what the pointer does: {grip, from, before}
  let resting = 0

  function show(next, setStateValue) {
    data = next
    send = (value) => setStateValue("box", value)
    if (!held && !resting && told !== JSON.stringify(data.box)) {
      box = data.box ? [...data.box] : null
      told = JSON.stringify(data.box)
    }
    stage.ariaLabel = data.words.label
    stage.classList.toggle("draws", !data.proportion)
    stage.style.aspectRatio = `${data.width} / ${data.height}`
    stage.style.width = `${Math.min(data.shown, (data.shown * data.width) / data.height)}px`
    stage.style.background = data.colour
    source(find(".picture"), data.picture)
    source(find(".inside"), data.inside)
    for (const name of ["left", "top", "width", "height"]) find(`label .${name}`).textContent = data.words[name]
    inputs[HEIGHT].readOnly = Boolean(data.proportion)
    find(".hint").textContent = data.words.hint
    draw(root.getRootNode().activeElement) // nobody's typing is overwritten
  }

  function draw(spared = null) {
    frame.hidden = !box
    if (box) {
      const share = (value, whole) => `${(100 * value) / whole}%`
      frame.style.left = share(box[LEFT], data.width)
      frame.style.top = share(box[TOP], data.height)
      frame.style.width = share(box[WIDTH], data.width)
      frame.style.height = share(box[HEIGHT], data.height)
    }
    inputs.forEach((input, side) => {
      if (input !== spared) input.value = box ? box[side] : ""
    })
  }

  function commit() {
    clearTimeout(resting)
    resting = 0
    if (JSON.stringify(box) === told) return
    told = JSON.stringify(box)
    send(box)
  }

  function later() {
    clearTimeout(resting)
    resting = setTimeout(commit, REST_MS)
  }

  const heightOf = (width) => Math.max(1, Math.round(width / data.proportion))
  const within = (value, low, high) => Math.round(Math.min(Math.max(value, low), Math.max(low, high)))

  // So wide and high, at a place where all of it is inside.
  function placed(left, top, width, height) {
    let wide = within(width, data.least, data.width)
    let high = within(height, data.least, data.height)
    if (data.proportion) {
      wide = Math.min(wide, Math.max(1, Math.floor(data.height * data.proportion)))
      high = Math.min(heightOf(wide), data.height)
    }
    return [within(left, 0, data.width - wide), within(top, 0, data.height - high), wide, high]
  }

  const first = () =>
    placed(FIRST * data.width, FIRST * data.height, (1 - 2 * FIRST) * data.width, (1 - 2 * FIRST) * data.height)

  // From a corner that stays to a point, both in the frame's pixels.
  function spanned(corner, point) {
    const inside = { x: within(point.x, 0, data.width), y: within(point.y, 0, data.height) }
    let [width, height] = [Math.abs(inside.x - corner.x), Math.abs(inside.y - corner.y)]
    if (data.proportion) {
      const room = {
        x: inside.x < corner.x ? corner.x : data.width - corner.x,
        y: inside.y < corner.y ? corner.y : data.height - corner.y,
      }
      width = Math.min(Math.max(width, height * data.proportion), room.x, room.y * data.proportion)
      height = heightOf(width)
    }
    const left = inside.x < corner.x ? corner.x - width : corner.x
    const top = inside.y < corner.y ? corner.y - height : corner.y
    return placed(left, top, width, height)
  }

  function point(event) {
    const edge = stage.getBoundingClientRect()
    return {
      x: ((event.clientX - edge.left) * data.width) / edge.width,
      y: ((event.clientY - edge.top) * data.height) / edge.height,
    }
  }

  function opposite(grip) {
    const [left, top, width, height] = box
    return { x: grip.includes("w") ? left + width : left, y: grip.includes("n") ? top + height : top }
  }

  stage.onpointerdown = (event) => {
    if (event.button > 0) return
    const grip = ["nw", "ne", "sw", "se"].find((name) => event.target.classList.contains(name))
    const at = point(event)
    if (grip) held = { corner: opposite(grip) }
    else if (event.target === frame) held = { from: at, before: [...box] }
    else if (!data.proportion) held = { corner: { x: within(at.x, 0, data.width), y: within(at.y, 0, data.height) } }
    else return
    stage.setPointerCapture(event.pointerId)
    stage.focus({ preventScroll: true, focusVisible: false })
    event.preventDefault()
  }
  stage.onpointermove = (event) => {
    if (!held) return
    const at = point(event)
    if (held.corner) {
      const far = Math.hypot(at.x - held.corner.x, at.y - held.corner.y)
      if (far < data.least) return // a click is no box
      box = spanned(held.corner, at)
    } else {
      const [left, top, width, height] = held.before
      box = placed(left + at.x - held.from.x, top + at.y - held.from.y, width, height)
    }
    draw()
  }
  stage.onpointerup = () => {
    held = null
    commit()
  }
  stage.onpointercancel = () => {
    held = null
    box = JSON.parse(told)
    draw()
  }

  stage.onkeydown = (event) => {
    const moved = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key]
    if (!moved || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    const [right, down] = [moved[0] * step(data.width), moved[1] * step(data.height)]
    if (!box) box = first()
    else if (event.shiftKey && data.proportion) {
      const width = box[WIDTH] + (moved[0] - moved[1]) * step(data.width)
      box = placed(box[LEFT], box[TOP], width, heightOf(width))
    } else if (event.shiftKey) box = placed(box[LEFT], box[TOP], box[WIDTH] + right, box[HEIGHT] + down)
    else box = placed(box[LEFT] + right, box[TOP] + down, box[WIDTH], box[HEIGHT])
    draw()
    later()
  }
  const step = (side) => Math.max(1, Math.round(STEP * side))

  inputs.forEach((input, side) => {
    input.onchange = () => {
      const value = Math.round(Number(input.value))
      if (input.value !== "" && Number.isFinite(value)) {
        const next = box ? [...box] : first()
        next[side] = value
        if (side === WIDTH && data.proportion) next[HEIGHT] = heightOf(value)
        box = placed(...next)
      }
      draw()
      commit()
    }
  })

  return { show }
}

function source(image, address) {
  image.hidden = !address
  if (address && image.getAttribute("src") !== address) image.src = address
}
