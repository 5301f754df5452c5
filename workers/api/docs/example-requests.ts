/** The requests in the examples of the API document. Pure. */

const imageRequest = { prompt: "a lighthouse at dawn, oil on canvas", model: "dreamina-4.5", ratio: "16:9" };

const openAiImageRequest = { prompt: "a lighthouse at dawn", model: "dreamina-4.5", size: "1536x1024", n: 1 };

const compositionRequest = {
  prompt: "make it night",
  model: "dreamina-4.5",
  images: ["https://example.com/cat.png", "https://example.com/moon.jpg"],
};

export const exampleRequests = { imageRequest, openAiImageRequest, compositionRequest };
