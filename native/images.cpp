// PNG and JPEG through stb.
#include "status.h"

#include <cstdlib>
#include <stdexcept>

#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_WRITE_NO_STDIO
#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wsign-compare"
#include <stb_image.h>
#include <stb_image_write.h>
#pragma GCC diagnostic pop

using namespace latent;

int lt_image_decode(const uint8_t* bytes, int64_t length, int channels, uint8_t** pixels, int* height, int* width, int* found_channels) {
  return guarded([&] {
    if (length > INT32_MAX) throw std::invalid_argument("an image file of more than 2 GiB");
    *pixels = stbi_load_from_memory(bytes, static_cast<int>(length), width, height, found_channels, channels);
    if (!*pixels) throw std::runtime_error(stbi_failure_reason());
    return LT_OK;
  });
}

int lt_image_encode_png(const uint8_t* pixels, int height, int width, int channels, uint8_t** bytes, int64_t* length) {
  return guarded([&] {
    int n = 0;
    *bytes = stbi_write_png_to_mem(pixels, width * channels, width, height, channels, &n);
    if (!*bytes) throw std::bad_alloc();
    *length = n;
    return LT_OK;
  });
}

void lt_image_free(uint8_t* memory) { std::free(memory); }
