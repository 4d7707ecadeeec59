// All differences between the libtorch versions that the shim compiles against.
#pragma once
#include <ATen/autocast_mode.h>
#include <torch/version.h>

#define LATENT_TORCH_AT_LEAST(major, minor) \
  (TORCH_VERSION_MAJOR > (major) || (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

#if LATENT_TORCH_AT_LEAST(2, 5)
#include <optional>
#else
#include <c10/util/Optional.h>
#endif

namespace latent {

// c10's own class until it became a name for std's, and then went away.
#if LATENT_TORCH_AT_LEAST(2, 5)
template <class T> using optional = std::optional<T>;
#else
template <class T> using optional = c10::optional<T>;
#endif

#if LATENT_TORCH_AT_LEAST(2, 4)
inline bool autocast_enabled(c10::DeviceType device) { return at::autocast::is_autocast_enabled(device); }
inline at::ScalarType autocast_type(c10::DeviceType device) { return at::autocast::get_autocast_dtype(device); }
inline void set_autocast(c10::DeviceType device, bool on, at::ScalarType type) {
  if (on) at::autocast::set_autocast_dtype(device, type);  // first: it refuses types
  at::autocast::set_autocast_enabled(device, on);
}
#else
inline bool autocast_enabled(c10::DeviceType device) {
  return device == c10::DeviceType::CPU ? at::autocast::is_cpu_enabled() : at::autocast::is_enabled();
}
inline at::ScalarType autocast_type(c10::DeviceType device) {
  return device == c10::DeviceType::CPU ? at::autocast::get_autocast_cpu_dtype() : at::autocast::get_autocast_gpu_dtype();
}
inline void set_autocast(c10::DeviceType device, bool on, at::ScalarType type) {
  if (device == c10::DeviceType::CPU) {
    if (on) at::autocast::set_autocast_cpu_dtype(type);  // first: it refuses types
    at::autocast::set_cpu_enabled(on);
  } else {
    if (on) at::autocast::set_autocast_gpu_dtype(type);
    at::autocast::set_enabled(on);
  }
}
#endif

}  // namespace latent

#if defined(LATENT_GLOO) || defined(LATENT_NCCL)
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
namespace latent {
#if LATENT_TORCH_AT_LEAST(2, 0)
using GroupBackend = c10d::Backend;
#else
using GroupBackend = c10d::ProcessGroup;
#endif
}  // namespace latent
#endif
