// Letters press the page's own buttons, so what they do is what a mouse does. Letters alone: whoever speaks to the
// computer can switch them off (WCAG 2.1.4). Nothing is decided on a picture that has not come, nor by a second press
// that meant the picture before: neither by letter nor by mouse.

const REMEMBERED = "packshot-keys"
const SETTLE_MS = 500 // after another picture was laid
const ANSWER_MS = 1500 // after a press, until the page answers
const listening = new WeakMap()

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".keys")
  const keys = listening.get(root) ?? listen(root)
  listening.set(root, keys)
  keys.show(data)
  return keys.close
}

function listen(root) {
  const find = (name) => root.querySelector(name)
  const box = find("input")
  let data = { shortcuts: [], words: {} }
  let visit = null
  let awaited = null // the shortcut whose reason is being written
  let quietUntil = 0
  let isThere = false

  box.checked = remembered() !== "off"

  function show(given) {
    data = given
    find(".switch").textContent = data.words.switch
    find(".off").textContent = data.words.off
    find(".list").replaceChildren(...data.shortcuts.map(line))
    if (visit !== data.visit) begin()
    visit = data.visit
    follow()
  }

  function line({ letter, words }) {
    const span = document.createElement("span")
    const key = span.appendChild(document.createElement("kbd"))
    key.textContent = letter
    span.append(` ${words}`)
    return span
  }

  // Another picture: at its top. Focus goes to this line, from where Tab leads on; not to a button, which Enter presses.
  function begin() {
    const isFirst = visit === null
    awaited = null
    tell("")
    isThere = !data.picture
    if (data.picture) awaitPicture(data.picture)
    if (isFirst) return
    quietUntil = performance.now() + SETTLE_MS
    root.scrollIntoView({ block: "nearest" })
    root.focus({ preventScroll: true })
  }

  function awaitPicture(address) {
    const image = new Image()
    image.src = address
    const arrived = () => {
      if (data.picture !== address) return
      isThere = true
      tell("")
    }
    image.decode().then(arrived, () => {})
  }

  function tell(words) {
    find(".told").textContent = words
  }

  function follow() {
    find(".list").hidden = !box.checked
    find(".off").hidden = box.checked
  }
  box.onchange = () => {
    remember(box.checked ? "on" : "off")
    follow()
  }

  const element = (key) => (key ? document.querySelector(`.st-key-${CSS.escape(key)}`) : null)
  const button = (key) => element(key)?.querySelector("button:not([disabled])")
  const field = (key) => element(key)?.querySelector("input, textarea")

  function isHeldBack(shortcut) {
    if (performance.now() < quietUntil) return true
    if (!shortcut.waits_for_picture || isThere) return false
    tell(data.words.waiting)
    return true
  }

  function go(shortcut) {
    const found = button(shortcut.button)
    if (!found || isHeldBack(shortcut)) return
    found.click() // heard below, as from a mouse
  }

  function press(shortcut) {
    const reason = field(shortcut.needs)
    if (!reason || reason.value.trim()) return go(shortcut)
    if (isHeldBack(shortcut)) return
    awaited = shortcut
    tell(data.words.writing)
    reason.focus()
  }

  // In the field of a reason: Enter keeps what is written, as the page does, and then presses.
  function heardInField(event, target) {
    if (event.key === "Escape") {
      tell("")
      awaited = null
      target.blur()
      root.focus({ preventScroll: true })
    } else if (event.key === "Enter" && awaited && target === field(awaited.needs) && target.value.trim()) {
      const shortcut = awaited
      event.preventDefault()
      event.stopPropagation()
      tell("")
      target.blur()
      setTimeout(() => go(shortcut), 60)
    }
  }

  function heard(event) {
    const target = event.composedPath()[0]
    if (!box.checked || event.defaultPrevented || event.repeat || event.isComposing) return
    if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof Element)) return
    if (data.shortcuts.some(({ needs }) => needs && field(needs) === target)) return heardInField(event, target)
    if (isTyping(target)) return
    if (document.querySelector("[role=dialog]:not([aria-hidden=true])")?.contains(target)) return
    const shortcut = data.shortcuts.find(({ letter }) => letter.toLowerCase() === event.key.toLowerCase())
    if (!shortcut || !button(shortcut.button)) return
    event.preventDefault()
    event.stopPropagation()
    press(shortcut)
  }

  function clicked(event) {
    const shortcut = data.shortcuts.find(({ button: key }) => element(key)?.contains(event.target))
    if (!shortcut) return
    if (isHeldBack(shortcut)) {
      event.preventDefault()
      event.stopPropagation()
    } else {
      quietUntil = performance.now() + ANSWER_MS
    }
  }

  document.addEventListener("keydown", heard, true)
  document.addEventListener("click", clicked, true)
  function close() {
    document.removeEventListener("keydown", heard, true)
    document.removeEventListener("click", clicked, true)
  }
  return { show, close }
}

function isTyping(target) {
  const types = ["radio", "checkbox", "button", "submit"]
  if (target.closest("textarea, select, [contenteditable=true], [role=combobox], [role=listbox]")) return true
  return target.tagName === "INPUT" && !types.includes(target.type)
}

function remembered() {
  try {
    return localStorage.getItem(REMEMBERED)
  } catch {
    return null
  }
}

function remember(value) {
  try {
    localStorage.setItem(REMEMBERED, value)
  } catch {
    // without storage the switch holds until the page is left
  }
}
