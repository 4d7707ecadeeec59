namespace Latent.Torch;

/// <summary>The gradient of a node written in C#: reads the gradients of its outputs, writes those of its inputs.</summary>
public delegate void Backward(BackwardContext context);
