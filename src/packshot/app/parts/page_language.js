// Says which language the page is in: screen readers choose their voice by it. The component runs in the page itself.
export default function ({ data }) {
  document.documentElement.lang = data.language
}
