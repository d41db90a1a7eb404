// Scrolls to a part of the page when its turn comes: once, and only where the part's beginning is out of sight.
// The turn that was served stands on the page itself, so that drawing the component again does not scroll again.
export default function ({ data }) {
  const page = document.documentElement
  if (!data.target || page.dataset.packshotScrolled === String(data.turn)) return
  page.dataset.packshotScrolled = String(data.turn)
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches
  let left = 20
  const look = () => {
    const part = document.querySelector(data.target)
    if (part && part.getBoundingClientRect().height > 0) {
      const { top } = part.getBoundingClientRect()
      if (top < 0 || top > innerHeight * 0.6) part.scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" })
    } else if (left-- > 0) setTimeout(look, 100)
  }
  look()
}
