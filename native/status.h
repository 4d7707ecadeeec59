// Every export's body runs inside guarded(): an exception becomes a status and a message.
#pragma once
#include "torch_shim.h"
#include <c10/util/Exception.h>
#include <exception>
#include <new>
#include <string>

namespace latent {

std::string& last_error();

template <class Body>
int guarded(Body&& body) noexcept {
  try {
    return body();
  } catch (const c10::Error& e) {
    last_error() = e.what_without_backtrace();
  } catch (const std::bad_alloc&) {
    last_error() = "out of memory";
  } catch (const std::exception& e) {
    last_error() = e.what();
  } catch (...) {
    last_error() = "an unknown C++ exception";
  }
  return LT_FAILED;
}

}  // namespace latent
