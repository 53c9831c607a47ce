// Lets people choose the square of a picture that becomes their photo, before it is sent. Without it the middle is taken.
const form = document.querySelector("[data-crop]");
if (form) {
  const box = form.querySelector("[data-crop-box]");
  const canvas = box.querySelector("canvas");
  const zoom = box.querySelector("input[type=range]");
  const paint = canvas.getContext("2d");
  let picture = null; // upright: the browser turns it as its EXIF says
  let x = 0, y = 0; // left upper corner of the square, in pixels of the picture

  const side = () => Math.min(picture.width, picture.height) / Number(zoom.value);

  function show() {
    const s = side();
    x = Math.min(Math.max(x, 0), picture.width - s);
    y = Math.min(Math.max(y, 0), picture.height - s);
    paint.clearRect(0, 0, canvas.width, canvas.height);
    paint.drawImage(picture, x, y, s, s, 0, 0, canvas.width, canvas.height);
    form.elements.x.value = x / picture.width;
    form.elements.y.value = y / picture.height;
    form.elements.side.value = s / Math.min(picture.width, picture.height);
  }

  function move(dx, dy) {
    x += dx;
    y += dy;
    show();
  }

  form.elements.photo.addEventListener("change", async (e) => {
    const file = e.target.files[0];
    box.hidden = true;
    for (const name of ["x", "y", "side"]) form.elements[name].value = "";
    if (!file) return;
    try {
      picture = await createImageBitmap(file);
    } catch {
      return; // the server says what is wrong with it
    }
    zoom.value = 1;
    x = (picture.width - side()) / 2;
    y = (picture.height - side()) / 2;
    box.hidden = false;
    show();
  });

  zoom.addEventListener("input", () => {
    const before = Number(form.elements.side.value) * Math.min(picture.width, picture.height);
    move((before - side()) / 2, (before - side()) / 2); // about the middle
  });

  canvas.addEventListener("pointerdown", (e) => canvas.setPointerCapture(e.pointerId));
  canvas.addEventListener("pointermove", (e) => {
    if (!canvas.hasPointerCapture(e.pointerId)) return;
    const scale = side() / canvas.clientWidth;
    move(-e.movementX * scale, -e.movementY * scale);
  });
  canvas.addEventListener("keydown", (e) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    if (!step || !picture) return;
    e.preventDefault();
    move((step[0] * side()) / 20, (step[1] * side()) / 20);
  });
}
