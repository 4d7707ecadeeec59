#include "torch_shim.h"

#include <csignal>
#include <initializer_list>

int lt_gemm(LtGemm gemm, char transpose_a, char transpose_b, int64_t m, int64_t n, int64_t k, float alpha, const void* a, int64_t lda,
            const void* b, int64_t ldb, float beta, float* c, int64_t ldc) {
  sigset_t held, before;
  sigfillset(&held);
  // A fault of the code itself cannot wait.
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) sigdelset(&held, fault);
  pthread_sigmask(SIG_BLOCK, &held, &before);
  const int status = gemm(transpose_a, transpose_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return status;
}
