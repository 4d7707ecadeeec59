namespace Latent.Torch;
public readonly partial record struct Rng { 
 /// <summary>x</summary>
 public void Bernoulli(ReadOnlySpan<byte> p, Span<float> r) => throw new InvalidOperationException();
 /// <summary>x</summary>
 public void Permutation(Span<long> p) => throw new InvalidOperationException(); }
