// Groups of processes that sum their gradients: c10d's Gloo, and NCCL where libtorch has it.
#include "status.h"

#include <cstring>
#include <stdexcept>

#if defined(LATENT_GLOO) || defined(LATENT_NCCL)
#include <ATen/ATen.h>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef LATENT_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif
#ifdef LATENT_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif
#include "torch_versions.h"

using namespace latent;

namespace {

#if LATENT_TORCH_AT_LEAST(2, 1)
using Backend = c10d::Backend;
#else
using Backend = c10d::ProcessGroup;
#endif

struct Group {
  c10::intrusive_ptr<Backend> backend;
  std::chrono::milliseconds timeout;
  int size;
};

const at::Tensor& borrow(const LtTensor& handle) { return reinterpret_cast<const at::Tensor&>(handle); }

}  // namespace

int lt_group_available(const char* backend) {
#ifdef LATENT_GLOO
  if (!std::strcmp(backend, "gloo")) return 1;
#endif
#ifdef LATENT_NCCL
  if (!std::strcmp(backend, "nccl")) return 1;
#endif
  return 0;
}

int lt_group_new(const char* backend, const char* address, int port, int rank, int size, int64_t timeout_ms, void** group) {
  return guarded([&] {
    const std::chrono::milliseconds timeout(timeout_ms);
    c10d::TCPStoreOptions options;
    options.port = static_cast<uint16_t>(port);
    options.isServer = rank == 0;
    options.numWorkers = static_cast<size_t>(size);
    options.waitWorkers = true;
    options.timeout = timeout;
    auto store = c10::make_intrusive<c10d::TCPStore>(address, options);
    store->setTimeout(timeout);
#ifdef LATENT_GLOO
    if (!std::strcmp(backend, "gloo")) {
      auto gloo = c10d::ProcessGroupGloo::Options::create(timeout);
      // The device that reaches the master is the one the others can be reached by.
      gloo->devices.push_back(!std::strcmp(address, "127.0.0.1") || !std::strcmp(address, "localhost")
                                  ? c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")
                                  : c10d::ProcessGroupGloo::createDefaultDevice());
      *group = new Group{c10::make_intrusive<c10d::ProcessGroupGloo>(store, rank, size, gloo), timeout, size};
      return LT_OK;
    }
#endif
#ifdef LATENT_NCCL
    if (!std::strcmp(backend, "nccl")) {
      auto nccl = c10d::ProcessGroupNCCL::Options::create();
      nccl->timeout = timeout;
      *group = new Group{c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size, nccl), timeout, size};
      return LT_OK;
    }
#endif
    throw std::invalid_argument(std::string("this libtorch has no process group backend '") + backend + "'");
  });
}

int lt_group_all_reduce(void* group, LtTensor tensor, int mean) {
  return guarded([&] {
    auto* g = static_cast<Group*>(group);
    std::vector<at::Tensor> t{borrow(tensor)};
    g->backend->allreduce(t)->wait(g->timeout);
    if (mean) t[0].div_(g->size);
    return LT_OK;
  });
}

int lt_group_broadcast(void* group, LtTensor tensor, int root) {
  return guarded([&] {
    auto* g = static_cast<Group*>(group);
    std::vector<at::Tensor> t{borrow(tensor)};
    c10d::BroadcastOptions options;
    options.rootRank = root;
    g->backend->broadcast(t, options)->wait(g->timeout);
    return LT_OK;
  });
}

int lt_group_barrier(void* group) {
  return guarded([&] {
    auto* g = static_cast<Group*>(group);
    g->backend->barrier()->wait(g->timeout);
    return LT_OK;
  });
}

int lt_group_free(void* group) {
  return guarded([&] { delete static_cast<Group*>(group); return LT_OK; });
}

#else

using namespace latent;

namespace {
int no_groups() {
  last_error() = "the native library was built without process groups: install libgloo-dev (or use a libtorch with NCCL) and run set-up again";
  return LT_FAILED;
}
}  // namespace

int lt_group_available(const char*) { return 0; }
int lt_group_new(const char*, const char*, int, int, int, int64_t, void**) { return no_groups(); }
int lt_group_all_reduce(void*, LtTensor, int) { return no_groups(); }
int lt_group_broadcast(void*, LtTensor, int) { return no_groups(); }
int lt_group_barrier(void*) { return no_groups(); }
int lt_group_free(void*) { return no_groups(); }

#endif
