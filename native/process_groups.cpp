// Groups of processes that sum their gradients: c10d's Gloo, and NCCL where libtorch has it.
#include "status.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>

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

struct Group {
  c10::intrusive_ptr<GroupBackend> backend;
  std::chrono::milliseconds timeout;
  int size;
};

const at::Tensor& borrow(const LtTensor& handle) { return reinterpret_cast<const at::Tensor&>(handle); }

#ifdef LATENT_GLOO
// The device that reaches the master is the one the others can reach this machine by: often its own host name is not.
std::shared_ptr<gloo::transport::Device> device_towards(const char* address, int port) {
  if (const char* interface = std::getenv("GLOO_SOCKET_IFNAME")) return c10d::ProcessGroupGloo::createDeviceForInterface(interface);
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_DGRAM;
  if (getaddrinfo(address, std::to_string(port).c_str(), &hints, &found) != 0) return c10d::ProcessGroupGloo::createDefaultDevice();
  std::string own;
  const int s = socket(found->ai_family, SOCK_DGRAM, 0);  // connecting a datagram socket sends nothing; it picks the route
  sockaddr_storage local{};
  socklen_t size = sizeof(local);
  char text[NI_MAXHOST];
  if (s >= 0 && connect(s, found->ai_addr, found->ai_addrlen) == 0 && getsockname(s, reinterpret_cast<sockaddr*>(&local), &size) == 0 &&
      getnameinfo(reinterpret_cast<sockaddr*>(&local), size, text, sizeof(text), nullptr, 0, NI_NUMERICHOST) == 0)
    own = text;
  if (s >= 0) close(s);
  freeaddrinfo(found);
  return own.empty() ? c10d::ProcessGroupGloo::createDefaultDevice() : c10d::ProcessGroupGloo::createDeviceForHostname(own);
}
#endif

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
      gloo->devices.push_back(device_towards(address, port));
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
    if (mean && !borrow(tensor).is_floating_point()) throw std::invalid_argument("the mean of integers is no integer: sum them instead");
    at::NoGradGuard quiet;
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
