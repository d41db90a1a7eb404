// The slider is a real one, so keyboards and screen readers have it; dragging over the pictures moves the same slider.

export default function ({ data, parentElement }) {
  const find = (name) => parentElement.querySelector(name)
  const [stage, slider] = [find(".stage"), find("input")]
  const { left, right, words } = data

  for (const [name, picture] of Object.entries({ left, right })) {
    const image = find(`img.${name}`)
    if (image.getAttribute("src") !== picture.address) image.src = picture.address
    image.alt = picture.alt
    find(`.${name}-name`).textContent = picture.caption
  }
  stage.style.aspectRatio = `${right.width} / ${right.height}`
  find("label").textContent = words.slider

  const part = () => {
    stage.style.setProperty("--at", `${slider.value}%`)
    const said = { percent: `${slider.value} %`, left: left.caption, right: right.caption }
    slider.setAttribute("aria-valuetext", words.value.replace(/\{(\w+)\}/g, (_, place) => said[place]))
  }
  const follow = (event) => {
    const edge = stage.getBoundingClientRect()
    slider.value = Math.round((100 * (event.clientX - edge.left)) / edge.width)
    part()
  }
  slider.oninput = part
  stage.onpointerdown = (event) => {
    stage.setPointerCapture(event.pointerId)
    follow(event)
  }
  stage.onpointermove = (event) => {
    if (stage.hasPointerCapture(event.pointerId)) follow(event)
  }
  part()
}
