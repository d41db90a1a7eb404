// A grid of pictures: arrows move, Enter opens, Space selects. One tile at a time is in the order of Tab.
// Where pictures have to be looked at first, a tile can be marked only after its picture came and was on the screen.
// What is written in a tile is text, never HTML.

const SHARE = 0.6 // of a picture on the screen
const LOOK_MS = 300
const places = new WeakMap()

export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component
  const grid = parentElement.querySelector(".grid")
  if (!grid) return
  const tiles = data.tiles ?? []
  const chosen = new Set(data.selected ?? [])
  const shape = JSON.stringify([tiles, data.select, data.label, data.looked_at])
  grid.setAttribute("aria-label", data.label)

  if (places.get(grid)?.shape !== shape) {
    const at = places.get(grid)?.at ?? 0
    places.get(grid)?.watch?.disconnect()
    grid.replaceChildren(...tiles.map(tile => tileOf(tile, data.select)))
    grid.classList.toggle("large", Boolean(data.looked_at))
    grid.classList.toggle("pairs", tiles.some(tile => tile.beside))
    const place = { shape, at: Math.min(at, Math.max(tiles.length - 1, 0)), seen: new Set() }
    places.set(grid, place)
    if (data.looked_at) place.watch = watch(grid, id => look(place, id))
  }
  const items = [...grid.querySelectorAll(".tile")]

  const reach = number => {
    places.get(grid).at = number
    items.forEach((item, index) => {
      for (const part of item.querySelectorAll("button, input")) part.tabIndex = index === number ? 0 : -1
    })
  }
  const mark = () =>
    items.forEach((item, index) => {
      const on = chosen.has(tiles[index].id)
      item.classList.toggle("chosen", on)
      const box = item.querySelector("input")
      if (box) box.checked = on
    })
  const toggle = index => {
    if (!canBeMarked(grid, tiles[index], data)) return
    const id = tiles[index].id
    if (chosen.has(id)) chosen.delete(id)
    else chosen.add(id)
    mark()
    setStateValue("selected", [...chosen])
  }

  const tell = () => {
    const { seen } = places.get(grid)
    items.forEach((item, index) => {
      const box = item.querySelector("input")
      if (box) box.disabled = !canBeMarked(grid, tiles[index], data)
    })
    const looking = parentElement.querySelector(".looking")
    looking.hidden = !data.looked_at
    const numbers = { seen: seen.size, all: tiles.length }
    const count = looking.querySelector(".count")
    const words = (data.looked_at ?? "").replace(/\{(\w+)\}/g, (_, place) => numbers[place])
    if (count.textContent !== words) count.textContent = words
    const all = looking.querySelector(".all")
    all.hidden = !data.all
    all.textContent = data.all ?? ""
    all.disabled = tiles.some(tile => tile.is_free && tile.picture && !seen.has(tile.id))
    all.onclick = () => {
      for (const tile of tiles) if (canBeMarked(grid, tile, data)) chosen.add(tile.id)
      mark()
      setStateValue("selected", [...chosen])
    }
  }
  places.get(grid).tell = tell

  reach(places.get(grid).at)
  mark()
  tell()
  items.forEach((item, index) => {
    const button = item.querySelector("button")
    const box = item.querySelector("input")
    button.onclick = () => setTriggerValue("opened", tiles[index].id)
    if (box) box.onchange = () => toggle(index)
  })
  grid.onfocusin = event => {
    const index = items.findIndex(item => item.contains(event.target))
    if (index >= 0) reach(index)
  }
  grid.onkeydown = event => {
    const now = items.findIndex(item => item.contains(event.target))
    if (now < 0 || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === " " && event.target.tagName === "BUTTON" && data.select) {
      event.preventDefault()
      toggle(now)
      return
    }
    const next = moved(event.key, now, items)
    if (next === null) return
    event.preventDefault()
    reach(next)
    items[next].querySelector("button").focus()
  }
  grid.onkeyup = event => {
    // a button is clicked when Space is let go: that would open what was just selected
    if (event.key === " " && event.target.tagName === "BUTTON" && data.select) event.preventDefault()
  }
}

function canBeMarked(grid, tile, data) {
  return Boolean(data.select) && tile.is_free && (!data.looked_at || places.get(grid).seen.has(tile.id))
}

function look(place, id) {
  place.seen.add(id)
  place.tell?.()
}

// Tells of each tile, once, whose picture came and stood on the screen for a moment.
function watch(grid, tell) {
  const waiting = new Map()
  const observer = new IntersectionObserver(
    entries => {
      for (const { target, isIntersecting } of entries) {
        clearTimeout(waiting.get(target))
        target.onload = null
        if (isIntersecting) waiting.set(target, setTimeout(() => arrived(target), LOOK_MS))
      }
    },
    { threshold: SHARE },
  )
  const arrived = picture => {
    if (!picture.complete) picture.onload = () => arrived(picture)
    else if (picture.naturalWidth) {
      observer.unobserve(picture)
      tell(picture.closest("button").dataset.id)
    }
  }
  for (const picture of grid.querySelectorAll("img")) observer.observe(picture)
  return observer
}

function moved(key, now, items) {
  const top = items[0].offsetTop
  const found = items.findIndex(item => item.offsetTop !== top)
  const columns = found < 0 ? items.length : found
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns }[key]
  if (key === "Home") return 0
  if (key === "End") return items.length - 1
  if (step === undefined) return null
  const next = now + step
  return next < 0 || next >= items.length ? now : next
}

function tileOf(tile, select) {
  const item = part("li", "tile")
  const button = part("button", "open")
  button.type = "button"
  button.dataset.id = tile.id
  if (tile.picture) {
    const pictures = tile.beside ? part("span", "pair") : button
    if (tile.beside) pictures.append(small(tile.beside, tile.beside_alt))
    pictures.append(small(tile.picture, tile.alt))
    if (tile.beside) button.append(pictures)
  } else {
    button.append(part("span", "none", tile.reason))
  }
  const words = part("span", "words")
  words.append(part("span", "caption", tile.caption), part("span", "detail", tile.detail))
  if (tile.note) words.append(part("span", `note is-${tile.tone || "plain"}`, tile.note))
  button.append(words)
  item.append(button)
  if (select && tile.is_free) {
    const label = part("label", "mark")
    const box = part("input")
    box.type = "checkbox"
    box.setAttribute("aria-label", `${select}: ${tile.caption}`)
    label.append(box)
    item.append(label)
  }
  return item
}

function small(address, alt) {
  const picture = part("img")
  picture.loading = "lazy"
  picture.decoding = "async"
  picture.alt = alt
  picture.width = 320
  picture.height = 320
  picture.src = address
  return picture
}

function part(tag, name = "", text = null) {
  const element = document.createElement(tag)
  if (name) element.className = name
  if (text !== null) element.textContent = text
  return element
}
