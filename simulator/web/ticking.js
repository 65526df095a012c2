// Looking again and again while the page is seen; a look that takes long is not overtaken by the next.

/** Call `look` now and `every_ms` after each; gives back how to end it. A failure is told to `failed`, once in a row. */
export function again(look, every_ms, failed) {
  let over = false;
  let timer = null;
  let told = false;
  async function once() {
    clearTimeout(timer);
    if (over) return;
    if (!document.hidden) {
      try {
        await look();
        told = false;
      } catch (error) {
        if (!told) failed?.(error);
        told = true;
      }
    }
    if (!over) timer = setTimeout(once, every_ms);
  }
  const seen = () => document.hidden || once();
  document.addEventListener("visibilitychange", seen);
  once();
  return () => {
    over = true;
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  };
}
