// Builds into web/dist, which the Rust program serves.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
    plugins: [react()],
    // One application of its own: nobody waits for a smaller first download of it.
    build: { chunkSizeWarningLimit: 2000 },
});
