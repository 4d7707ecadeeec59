using Latent.Torch;
using Latent.Transforms;

namespace Latent.Catalog;

/// <summary>Transforms of a recipe, one after the other.</summary>
internal static class LayerStack
{
    /// <summary>The key under which a transform is found wanting, whatever it is part of.</summary>
    public const string Key = "model.layer";

    /// <summary>What the dearest costs on the way from data to noise.</summary>
    public static Cost DensityCost(IEnumerable<TransformRecipe> recipes) => recipes.Select(recipe => recipe.DensityCost).DefaultIfEmpty().Max();

    /// <summary>What the dearest costs on the way from noise to data.</summary>
    public static Cost SamplingCost(IEnumerable<TransformRecipe> recipes) => recipes.Select(recipe => recipe.SamplingCost).DefaultIfEmpty().Max();

    /// <summary>How many couplings and autoregressive layers a transform is made of.</summary>
    public static long Couplings(TransformRecipe recipe) => recipe switch
    {
        CouplingRecipe or MaskedAutoregressiveRecipe => 1,
        RepeatRecipe repeat => repeat.Layers * repeat.Layer.Sum(Couplings),
        MultiscaleRecipe multiscale => multiscale.Scales * multiscale.Scale.Sum(Couplings),
        _ => 0,
    };

    /// <summary>A layer several times over.</summary>
    public static IEnumerable<TransformRecipe> Repeated(IReadOnlyList<TransformRecipe> layer, long times) =>
        Enumerable.Repeat(layer, checked((int)times)).SelectMany(recipes => recipes);

    /// <summary>Makes them, and one transform of them all.</summary>
    /// <param name="recipes">From the data to the noise.</param>
    /// <param name="place">Where the first stands; parameters go there, numbered.</param>
    /// <param name="key">The key of a recipe where they are listed.</param>
    /// <returns>The transform from noise to data given a context, and the shape of the noise. Null where there are no transforms.</returns>
    /// <exception cref="RecipeException">One of them does not go with the events where it stands.</exception>
    public static (Func<Tensor?, Transform>? Transform, Shape Noise) Build(IEnumerable<TransformRecipe> recipes, TransformPlace place, string key)
    {
        try
        {
            return Build(recipes, place);
        }
        catch (RecipeException e) when (e.Place == Key)
        {
            throw new RecipeException(key, e.Problem, e);
        }
    }

    /// <summary>Makes them in the place of one transform of a flow.</summary>
    /// <inheritdoc cref="Build(IEnumerable{TransformRecipe}, TransformPlace, string)"/>
    public static (Func<Tensor?, Transform>? Transform, Shape Noise) Build(IEnumerable<TransformRecipe> recipes, TransformPlace place)
    {
        var transforms = new List<Func<Tensor?, Transform>>();
        var (shape, number) = (place.EventShape, place.Number);
        foreach (var recipe in recipes)
        {
            var transform = recipe.Build(place with { Init = place.Init[transforms.Count], EventShape = shape, Number = number });
            using (TensorScope.Open()) shape = transform(null).InverseShape(shape);
            transforms.Add(transform);
            number += Couplings(recipe);
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
