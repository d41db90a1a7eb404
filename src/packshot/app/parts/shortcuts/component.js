// Keys press the page's own buttons and radio buttons, so what they do is what a mouse does. Letters and digits alone:
// whoever speaks to the computer can switch them off (WCAG 2.1.4). Nothing is decided on a picture that has not come, nor
// by a second press that meant the picture before: neither by letter nor by mouse. Where criteria are scored
// (`choices`), digits and arrows are keys too, and Enter saves; there the mouse is left alone.

const REMEMBERED = "packshot-keys"
const SETTLE_MS = 500 // after another picture was laid
const ANSWER_MS = 1500 // after a press, until the page answers
const SAVED_MS = 700 // after scores were saved: a second Enter shall not save twice
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
  let data = { shortcuts: [], choices: null, words: {} }
  let visit = null
  let awaited = null // the shortcut whose reason is being written
  let quietUntil = 0
  let isThere = false
  let current = 0 // the criterion that had the focus last

  box.checked = remembered() !== "off"

  function show(given) {
    data = given
    find(".switch").textContent = data.words.switch
    find(".off").textContent = data.words.off
    const scoring = data.choices?.length ? [[["0", "1", "2"], data.words.score], [["←", "→"], data.words.move]] : []
    const pressing = data.shortcuts.map(({ letter, words }) => [[letter], words])
    find(".list").replaceChildren(...[...scoring, ...pressing].map(([letters, words]) => line(letters, words)))
    if (visit !== data.visit) begin()
    visit = data.visit
    follow()
  }

  function line(letters, words) {
    const span = document.createElement("span")
    for (const letter of letters) {
      span.appendChild(document.createElement("kbd")).textContent = letter
      span.append(" ")
    }
    span.append(words)
    return span
  }

  // Another picture: at its top. Focus goes to its first criterion; else to this line, from where Tab leads on, and not to
  // a button, which Enter presses.
  function begin() {
    const isFirst = visit === null
    awaited = null
    tell("")
    isThere = !data.picture
    if (data.picture) awaitPicture(data.picture)
    if (isFirst) return
    quietUntil = performance.now() + SETTLE_MS
    root.scrollIntoView({ block: "nearest" })
    if (data.choices) beginScoring(data.visit)
    else root.focus({ preventScroll: true })
  }

  // The page may still be drawing the criteria.
  function beginScoring(next, tries = 40) {
    current = 0
    root.scrollIntoView({ block: "nearest" })
    const isDrawn = data.choices?.length ? focus(0) : button(saving()?.button)
    if (!data.choices?.length) isDrawn?.focus()
    if (!isDrawn && tries) setTimeout(() => visit === next && beginScoring(next, tries - 1), 50)
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

  const radios = (index) => [...(element(data.choices?.[index])?.querySelectorAll("input[type=radio]") ?? [])]
  const isScored = (index) => radios(index).some((radio) => radio.checked)
  const saving = () => data.shortcuts.find(({ letter }) => letter === "Enter")

  function focus(index) {
    const found = radios(index)
    const radio = found.find(({ checked }) => checked) ?? found[0]
    radio?.focus()
    element(data.choices[index])?.scrollIntoView({ block: "nearest" })
    if (radio) current = index
    return Boolean(radio)
  }

  function where() {
    const index = data.choices.findIndex((key) => element(key)?.contains(document.activeElement))
    return index < 0 ? current : index
  }

  function score(digit) {
    const index = where()
    radios(index)[digit]?.click()
    if (!focus(index + 1)) button(saving()?.button)?.focus()
  }

  function save(shortcut) {
    if (performance.now() < quietUntil) return
    const open = data.choices.findIndex((_, index) => radios(index).length && !isScored(index))
    if (open >= 0) focus(open)
    else quietUntil = performance.now() + SAVED_MS
    button(shortcut.button)?.click()
  }

  // Whether the key was one of those.
  function heardWhileScoring(event, target) {
    if (!data.choices?.length || isOfPicture(event)) return false
    const digit = digitOf(event)
    const isOurs = target === document.body || data.choices.some((key) => element(key)?.contains(target))
    if (digit !== null) score(digit)
    else if (event.key === "ArrowRight" && isOurs) focus(where() + 1)
    else if (event.key === "ArrowLeft" && isOurs) focus(where() - 1)
    else return false
    return true
  }

  function isHeldBack(shortcut) {
    if (data.choices) return false
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
    if (data.choices && shortcut.letter === "Enter") return save(shortcut)
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
    const isScoring = heardWhileScoring(event, target)
    const shortcut = data.shortcuts.find(({ letter }) => letter.toLowerCase() === event.key.toLowerCase())
    if (!isScoring && (!shortcut || !button(shortcut.button) || isPressedAnyway(event, target))) return
    event.preventDefault()
    event.stopPropagation()
    if (!isScoring) press(shortcut)
  }

  function clicked(event) {
    const shortcut = data.shortcuts.find(({ button: key }) => element(key)?.contains(event.target))
    if (!shortcut || data.choices) return
    if (isHeldBack(shortcut)) {
      event.preventDefault()
      event.stopPropagation()
    } else {
      quietUntil = performance.now() + ANSWER_MS
    }
  }

  // Before anybody else: the page's radio buttons take arrows and Enter for themselves.
  document.addEventListener("keydown", heard, true)
  document.addEventListener("click", clicked, true)
  function close() {
    document.removeEventListener("keydown", heard, true)
    document.removeEventListener("click", clicked, true)
  }
  return { show, close }
}

// By the key's place too: on French keyboards the row of digits gives letters without Shift.
function digitOf(event) {
  const digit = /^[0-2]$/.test(event.key) ? event.key : /^Digit([0-2])$/.exec(event.shiftKey ? "" : event.code)?.[1]
  return digit === undefined ? null : Number(digit)
}

// A picture that has the focus is moved by arrows, and 0 fits it.
function isOfPicture(event) {
  const isInside = event.composedPath().some((node) => node.classList?.contains("view"))
  return isInside && (digitOf(event) === 0 || event.key.startsWith("Arrow"))
}

function isPressedAnyway(event, target) {
  return event.key === "Enter" && target.closest("button, a, summary, [role=button]")
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
