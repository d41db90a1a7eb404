// Pictures that are looked at together. The place that all show is kept in shares of a picture (0 to 1), the zoom as a
// multiple of what fits the frame: so pictures of different sizes stay together too.

const LARGEST = 16 // screen pixels for one of the picture
const STEP = 1.25
const ARROW = 0.1 // of the frame's side
const viewers = new WeakMap()

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".zoom")
  const viewer = viewers.get(root) ?? open(root)
  viewers.set(root, viewer)
  viewer.show(data)
  return viewer.close
}

function open(root) {
  const place = { x: 0.5, y: 0.5, zoom: 1 }
  const find = (name) => root.querySelector(name)
  const observer = new ResizeObserver(() => draw())
  let views = []
  let shown = ""

  function show({ pictures, words }) {
    label(find(".tools"), words.tools)
    label(find(".out"), words.out)
    label(find(".in"), words.in)
    label(find(".fit"), words.fit_long, words.fit)
    label(find(".full"), words.full_long, words.full)
    find(".hint").textContent = words.hint
    if (shown !== JSON.stringify(pictures)) {
      shown = JSON.stringify(pictures)
      views.forEach(({ view }) => observer.unobserve(view))
      Object.assign(place, { x: 0.5, y: 0.5, zoom: 1 })
      views = pictures.map((picture) => frame(picture, pictures[0]))
      find(".pictures").replaceChildren(...views.map(({ figure }) => figure))
      views.forEach(({ view }) => observer.observe(view))
    }
    draw()
  }

  function frame(picture, first) {
    const figure = document.createElement("figure")
    const view = figure.appendChild(document.createElement("div"))
    const image = view.appendChild(new Image(picture.width, picture.height))
    const caption = figure.appendChild(document.createElement("figcaption"))
    const scale = document.createElement("span")
    scale.className = "scale"
    caption.append(picture.caption + " · ", scale)
    Object.assign(image, { src: picture.address, alt: picture.alt, draggable: false })
    Object.assign(view, { className: "view", tabIndex: 0, role: "group", ariaLabel: picture.caption })
    view.setAttribute("aria-describedby", "zoom-hint")
    view.style.aspectRatio = `${first.width} / ${first.height}`
    const entry = { figure, view, image, scale, picture }
    handle(entry)
    return entry
  }

  const fitting = ({ view, picture }) =>
    Math.min(view.clientWidth / picture.width, view.clientHeight / picture.height) || 1
  const farthest = () => Math.min(1, ...views.map((entry) => 1 / fitting(entry)))
  const nearest = () => Math.max(1, ...views.map((entry) => LARGEST / fitting(entry)))

  function draw() {
    for (const { view, image, scale, picture, offset, size } of views.map(measured)) {
      image.style.transform = `translate(${offset.x}px, ${offset.y}px) scale(${size})`
      image.classList.toggle("crisp", size > 2)
      view.classList.toggle("near", place.zoom > 1.001)
      scale.textContent = `${picture.width}×${picture.height} px · ${Math.round(size * 100)} %`
    }
  }

  function measured(entry) {
    const { view, picture } = entry
    const size = fitting(entry) * place.zoom
    const along = (room, length, share) =>
      length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, room / 2 - share * length))
    const offset = {
      x: along(view.clientWidth, picture.width * size, place.x),
      y: along(view.clientHeight, picture.height * size, place.y),
    }
    return { ...entry, size, offset }
  }

  // The middle may not leave the part where frames are full: else moving back would seem to do nothing at first.
  function hold(entry) {
    const { view, picture, size } = measured(entry)
    const within = (share, room, length) => {
      const half = Math.min(0.5, room / length / 2)
      return Math.min(1 - half, Math.max(half, share))
    }
    place.x = within(place.x, view.clientWidth, picture.width * size)
    place.y = within(place.y, view.clientHeight, picture.height * size)
  }

  // `at` is a point of the frame that keeps showing what it shows; without one, the middle does.
  function zoomTo(zoom, entry = views[0], at = null) {
    if (!entry) return
    const before = measured(entry)
    const middle = { x: entry.view.clientWidth / 2, y: entry.view.clientHeight / 2 }
    const point = at ?? middle
    const share = {
      x: (point.x - before.offset.x) / (before.size * entry.picture.width),
      y: (point.y - before.offset.y) / (before.size * entry.picture.height),
    }
    place.zoom = Math.min(nearest(), Math.max(farthest(), zoom))
    const size = fitting(entry) * place.zoom
    place.x = share.x - (point.x - middle.x) / (size * entry.picture.width)
    place.y = share.y - (point.y - middle.y) / (size * entry.picture.height)
    hold(entry)
    draw()
  }

  function move(entry, right, down) {
    const { size } = measured(entry)
    place.x -= right / (size * entry.picture.width)
    place.y -= down / (size * entry.picture.height)
    hold(entry)
    draw()
  }

  const smoothly = (isSmooth) => root.classList.toggle("smooth", isSmooth)
  const full = (entry) => 1 / fitting(entry)
  function toggleFull(entry, at) {
    zoomTo(Math.abs(place.zoom - full(entry)) < 0.001 ? 1 : full(entry), entry, at)
  }

  function handle(entry) {
    const { view } = entry
    const fingers = new Map()
    const inside = (event) => {
      const edge = view.getBoundingClientRect()
      return { x: event.clientX - edge.left, y: event.clientY - edge.top }
    }
    view.onkeydown = (event) => {
      const moved = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key]
      if (event.ctrlKey || event.metaKey || event.altKey) return
      smoothly(true)
      if (event.key === "+" || event.key === "=") zoomTo(place.zoom * STEP, entry)
      else if (event.key === "-" || event.key === "−") zoomTo(place.zoom / STEP, entry)
      else if (event.key === "0" || event.code === "Digit0") zoomTo(1, entry)
      else if (moved && place.zoom > 1) move(entry, moved[0] * ARROW * view.clientWidth, moved[1] * ARROW * view.clientHeight)
      else return
      event.preventDefault()
      event.stopPropagation() // keys of the page itself, which score pictures, have the same digits
    }
    view.ondblclick = (event) => {
      smoothly(true)
      toggleFull(entry, inside(event))
    }
    // A page that is scrolled carries pictures under a mouse that rests: only one that has moved since zooms.
    let armed = false
    let last = null
    view.onpointerleave = () => (armed = false)
    view.onwheel = (event) => {
      const smaller = event.deltaY > 0
      if (!(armed || event.ctrlKey) || (smaller && place.zoom <= 1 && !event.ctrlKey)) return
      event.preventDefault()
      smoothly(false)
      const zoom = place.zoom * Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0015))
      zoomTo(smaller ? Math.max(Math.min(1, place.zoom), zoom) : zoom, entry, inside(event))
    }
    view.onpointerdown = (event) => {
      fingers.set(event.pointerId, inside(event))
      armed = true
      view.setPointerCapture(event.pointerId)
      view.classList.add("held")
    }
    view.onpointermove = (event) => {
      armed ||= last !== null && (last.x !== event.screenX || last.y !== event.screenY)
      last = { x: event.screenX, y: event.screenY }
      if (!fingers.has(event.pointerId)) return
      smoothly(false)
      const before = [...fingers.values()]
      fingers.set(event.pointerId, inside(event))
      const after = [...fingers.values()]
      const [from, to] = [middle(before), middle(after)]
      move(entry, to.x - from.x, to.y - from.y)
      if (after.length === 2) zoomTo((place.zoom * apart(after)) / Math.max(1, apart(before)), entry, to)
    }
    view.onpointerup = view.onpointercancel = (event) => {
      fingers.delete(event.pointerId)
      if (!fingers.size) view.classList.remove("held")
    }
  }

  find(".out").onclick = () => (smoothly(true), zoomTo(place.zoom / STEP))
  find(".in").onclick = () => (smoothly(true), zoomTo(place.zoom * STEP))
  find(".fit").onclick = () => (smoothly(true), zoomTo(1))
  find(".full").onclick = () => (smoothly(true), views[0] && zoomTo(full(views[0])))
  return { show, close: () => observer.disconnect() }
}

const middle = (points) => ({
  x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
  y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
})
const apart = ([one, other]) => Math.hypot(one.x - other.x, one.y - other.y)

function label(element, words, visible) {
  element.ariaLabel = words
  element.title = element.tagName === "BUTTON" ? words : ""
  if (visible) element.textContent = visible
}
