// Keys press the page's own radio buttons and buttons, so what they do is what a mouse does, and nothing is lost on the
// way to the server. Letters and digits alone: whoever speaks to the computer can switch them off (WCAG 2.1.4).

const REMEMBERED = "packshot-keys"
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
  let widgets = { choices: [] }
  let visit = null
  let current = 0
  let quietUntil = 0 // a second Enter shall neither save twice nor ask for scores of the next picture

  box.checked = remembered() !== "off"

  function show(data) {
    widgets = data.widgets
    for (const element of root.querySelectorAll("[data-word]")) {
      element.textContent = data.words[element.dataset.word]
    }
    find(".switch").textContent = data.words.switch
    for (const element of root.querySelectorAll(".choosing")) element.hidden = !widgets.choices.length
    find(".back").hidden = !widgets.back
    find(".skip").hidden = !widgets.skip
    if (visit !== null && visit !== data.visit) {
      quietUntil = performance.now() + 400
      begin(data.visit)
    }
    visit = data.visit
    tell()
  }

  // The next picture: at its top, with the focus on its first criterion. The page may still be drawing it.
  function begin(next, tries = 40) {
    current = 0
    root.scrollIntoView({ block: "nearest" })
    const isThere = widgets.choices.length ? focus(0) : button(widgets.save)
    if (!widgets.choices.length) button(widgets.save)?.focus()
    if (!isThere && tries) setTimeout(() => visit === next && begin(next, tries - 1), 50)
  }

  function tell() {
    find(".list").hidden = !box.checked
    find(".off").hidden = box.checked
  }
  box.onchange = () => {
    remember(box.checked ? "on" : "off")
    tell()
  }

  const element = (key) => (key ? document.querySelector(`.st-key-${CSS.escape(key)}`) : null)
  const radios = (index) => [...(element(widgets.choices[index])?.querySelectorAll("input[type=radio]") ?? [])]
  const isScored = (index) => radios(index).some((radio) => radio.checked)
  const button = (key) => element(key)?.querySelector("button:not([disabled])")

  function focus(index) {
    const found = radios(index)
    const radio = found.find(({ checked }) => checked) ?? found[0]
    radio?.focus()
    element(widgets.choices[index])?.scrollIntoView({ block: "nearest" })
    if (radio) current = index
    return Boolean(radio)
  }

  function where() {
    const index = widgets.choices.findIndex((key) => element(key)?.contains(document.activeElement))
    return index < 0 ? current : index
  }

  function score(digit) {
    const index = where()
    radios(index)[digit]?.click()
    if (!focus(index + 1)) button(widgets.save)?.focus()
  }

  function save() {
    if (performance.now() < quietUntil) return
    const open = widgets.choices.findIndex((_, index) => radios(index).length && !isScored(index))
    if (open >= 0) focus(open)
    else quietUntil = performance.now() + 700
    button(widgets.save)?.click()
  }

  function press(event, target) {
    const digit = digitOf(event)
    const isOurs = target === document.body || widgets.choices.some((key) => element(key)?.contains(target))
    if (digit !== null && widgets.choices.length) score(digit)
    else if (event.key === "ArrowRight" && isOurs) focus(where() + 1)
    else if (event.key === "ArrowLeft" && isOurs) focus(where() - 1)
    else if (event.key === "Enter" && !target.closest("button, a, summary, [role=button]")) save()
    else if (event.key.toLowerCase() === "b" && button(widgets.back)) button(widgets.back).click()
    else if (event.key.toLowerCase() === "s" && button(widgets.skip)) button(widgets.skip).click()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  function heard(event) {
    const target = event.composedPath()[0]
    if (!box.checked || event.defaultPrevented || event.repeat || event.isComposing) return
    if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof Element) || isTyping(target)) return
    if (document.querySelector("[role=dialog]:not([aria-hidden=true])")?.contains(target)) return
    if (isOfPicture(event)) return
    press(event, target)
  }

  // Before anybody else: the page's radio buttons take arrows and Enter for themselves.
  document.addEventListener("keydown", heard, true)
  return { show, close: () => document.removeEventListener("keydown", heard, true) }
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
