// A grid of pictures: arrows move, Enter opens, Space selects. One tile at a time is in the order of Tab.
// What is written in a tile is text, never HTML.

const places = new WeakMap()

export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component
  const grid = parentElement.querySelector(".grid")
  if (!grid) return
  const tiles = data.tiles ?? []
  const chosen = new Set(data.selected ?? [])
  const shape = JSON.stringify([tiles, data.select, data.label])
  grid.setAttribute("aria-label", data.label)

  if (places.get(grid)?.shape !== shape) {
    const at = places.get(grid)?.at ?? 0
    grid.replaceChildren(...tiles.map(tile => tileOf(tile, data.select)))
    places.set(grid, { shape, at: Math.min(at, Math.max(tiles.length - 1, 0)) })
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
    if (!data.select) return
    const id = tiles[index].id
    if (chosen.has(id)) chosen.delete(id)
    else chosen.add(id)
    mark()
    setStateValue("selected", [...chosen])
  }

  reach(places.get(grid).at)
  mark()
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
    const picture = part("img")
    picture.loading = "lazy"
    picture.decoding = "async"
    picture.alt = tile.alt
    picture.width = 320
    picture.height = 320
    picture.src = tile.picture
    button.append(picture)
  } else {
    button.append(part("span", "none", tile.reason))
  }
  const words = part("span", "words")
  words.append(part("span", "caption", tile.caption), part("span", "detail", tile.detail))
  button.append(words)
  item.append(button)
  if (select) {
    const label = part("label", "mark")
    const box = part("input")
    box.type = "checkbox"
    box.setAttribute("aria-label", `${select}: ${tile.caption}`)
    label.append(box)
    item.append(label)
  }
  return item
}

function part(tag, name = "", text = null) {
  const element = document.createElement(tag)
  if (name) element.className = name
  if (text !== null) element.textContent = text
  return element
}
