// The faults of the page, as a list of sentences.
const faults = [];
const fault = (what, element) =>
  faults.push(element ? `${what}: ${element.outerHTML.slice(0, 120)}` : what);
const all = (selector) => [...document.querySelectorAll(selector)];

if (!document.documentElement.lang) fault("it has no language");
if (!document.title.trim()) fault("it has no title");
if (all("h1").length !== 1) fault("it has not just one main heading");
if (all("main").length !== 1) fault("it has not just one main part");
if (document.documentElement.scrollWidth > innerWidth) fault("it has to be scrolled sideways");
for (const input of all("input:not([type=hidden]), button"))
  if (!input.labels?.length && !input.textContent.trim()) fault("it has no name", input);
// WCAG 2.2, 2.5.8
for (const target of all("label, button"))
  if (target.checkVisibility() && target.getBoundingClientRect().height < 24) fault("it is too small for a finger", target);

// WCAG 2.2, 1.4.3: colors are blended as the browser does, then compared.
const parse = (color) => {
  const [red, green, blue, alpha = 1] = color.match(/[\d.]+/g).map(Number);
  return { channels: [red, green, blue], alpha };
};
const over = (top, share, below) => top.map((channel, at) => channel * share + below[at] * (1 - share));
const probe = document.body.appendChild(document.createElement("i"));
probe.style.backgroundColor = "Canvas";
const canvas = parse(getComputedStyle(probe).backgroundColor).channels;
probe.remove();
const background = (element) => {
  if (!element) return canvas;
  const { channels, alpha } = parse(getComputedStyle(element).backgroundColor);
  return over(channels, alpha, background(element.parentElement));
};
const opacity = (element) =>
  element ? getComputedStyle(element).opacity * opacity(element.parentElement) : 1;
const luminance = (channels) => {
  const [red, green, blue] = channels.map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (one, other) => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};
const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (texts.nextNode()) {
  const element = texts.currentNode.parentElement;
  if (!texts.currentNode.data.trim()) continue;
  const style = getComputedStyle(element);
  const behind = background(element);
  const { channels, alpha } = parse(style.color);
  const ratio = contrast(over(channels, alpha * opacity(element), behind), behind);
  if (ratio < 4.5) fault(`its contrast is ${ratio.toFixed(2)}`, element);
  if (parseFloat(style.fontSize) < 13) fault(`its letters are ${style.fontSize} tall`, element);
}
return faults;
