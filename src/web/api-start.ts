// Starts Swagger UI on lull's own document. Nothing is asked of anybody else, and no token outlives the page.

interface SwaggerOptions {
  url: string;
  dom_id: string;
  validatorUrl: null;
  queryConfigEnabled: false;
  persistAuthorization: false;
  deepLinking: true;
  filter: true;
  displayRequestDuration: true;
  docExpansion: "none";
  defaultModelsExpandDepth: number;
}

declare const SwaggerUIBundle: (options: SwaggerOptions) => unknown;

const isDark = matchMedia("(prefers-color-scheme: dark)");
const follow = (): void => void document.documentElement.classList.toggle("dark-mode", isDark.matches);
isDark.addEventListener("change", follow);
follow();

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  validatorUrl: null,
  queryConfigEnabled: false,
  persistAuthorization: false,
  deepLinking: true,
  filter: true,
  displayRequestDuration: true,
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
});
