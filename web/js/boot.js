// Runs before the page is drawn, so that what needs scripts never flashes in or out.
document.documentElement.classList.add("js");

// The facets stand beside the results on a wide window and fold into a button on a narrow one.
const narrow = matchMedia("(max-width: 960px)");
const fold = () => {
  const facets = document.querySelector("[data-facets]");
  if (facets) facets.open = !narrow.matches;
};
addEventListener("DOMContentLoaded", fold);
narrow.addEventListener("change", fold);
