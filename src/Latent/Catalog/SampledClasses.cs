using Latent.Torch;

namespace Latent.Catalog;

/// <summary>What new examples of a model are conditioned on.</summary>
internal static class SampledClasses
{
    /// <summary>The classes, Int64 [count]; null for models that do not look at them.</summary>
    /// <param name="model">The model.</param>
    /// <param name="data">What its data are.</param>
    /// <param name="count">How many examples are made.</param>
    /// <param name="class">The class of all; null: 0, 1, …, and again from 0.</param>
    /// <exception cref="ArgumentException">The model does not look at classes, or there is no such class.</exception>
    public static Tensor? Of(ModelRecipe model, DataSummary data, long count, int? @class = null)
    {
        if (!model.IsConditional)
            return @class is null ? null : throw new ArgumentException("The model does not depend on classes, so that none can be asked for: leave the class out, or train a conditional one (model.conditional).", nameof(@class));
        var classes = data.Classes!.Value;
        if (@class < 0 || @class >= classes) throw new ArgumentOutOfRangeException(nameof(@class), @class, $"The classes are 0 to {classes - 1}.");
        return @class is { } all ? Tensor.Full([count], all, dtype: ElementType.Int64) : Tensor.Arange(count).Remainder(classes);
    }
}
