using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>Transforms of a recipe, one after the other.</summary>
internal static class LayerStack
{
    /// <summary>Makes them, and one transform of them all.</summary>
    /// <param name="recipes">From the data to the noise.</param>
    /// <param name="init">Where their parameters go, numbered.</param>
    /// <param name="data">What is known of the data.</param>
    /// <param name="shape">The shape of an event at the data.</param>
    /// <param name="contextFeatures">The size of a context [*, features]; 0 for none.</param>
    /// <returns>The transform from noise to data given a context, and the shape of the noise. Null where there are no transforms.</returns>
    public static (Func<Tensor?, Transform>? Transform, Shape Noise) Build(IEnumerable<TransformRecipe> recipes, Init init, DataSummary data, Shape shape, long contextFeatures = 0)
    {
        var transforms = new List<Func<Tensor?, Transform>>();
        foreach (var recipe in recipes)
        {
            var transform = recipe.Build(new(init[transforms.Count], shape, transforms.Count, data, contextFeatures));
            using (TensorScope.Open()) shape = transform(null).InverseShape(shape);
            transforms.Add(transform);
        }
        return (transforms.Count == 0 ? null : context => Chained(transforms, context), shape);
    }

    private static Transform Chained(List<Func<Tensor?, Transform>> fromData, Tensor? context)
    {
        var chain = fromData[^1](context);
        for (var i = fromData.Count - 2; i >= 0; i--) chain = chain.Then(fromData[i](context));
        return chain;
    }
}
