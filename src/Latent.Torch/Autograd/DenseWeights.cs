namespace Latent.Torch;

/// <summary>One layer y = f(x (W ∘ M)ᵀ + b) of a perceptron.</summary>
/// <param name="Weight">W, [outputs, inputs].</param>
/// <param name="Bias">b, [outputs], or null for none.</param>
/// <param name="Activation">f.</param>
/// <param name="Mask">M, [outputs, inputs], of zeros and ones; null for ones. It gets no gradient.</param>
public readonly record struct DenseWeights(Tensor Weight, Tensor? Bias, Activation Activation, Tensor? Mask = null);
