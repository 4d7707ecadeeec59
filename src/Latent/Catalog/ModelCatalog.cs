using System.Reflection;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>The recipes that come with the program.</summary>
public static class ModelCatalog
{
    private const string Prefix = "Latent.Catalog.Recipes.";
    private const string Suffix = ".yaml";

    private static readonly Assembly Home = typeof(ModelCatalog).Assembly;

    /// <summary>What may stand where a recipe leaves a choice. New kinds are added here.</summary>
    internal static YamlKinds Kinds { get; } = new YamlKinds()
        .Add<ModelRecipe, VaeRecipe>("vae")
        .Add<ModelRecipe, FlowRecipe>("flow")
        .Add<ModelRecipe, AutoregressiveRecipe>("autoregressive")
        .Add<CausalNetworkRecipe, MadeRecipe>("made")
        .Add<CausalNetworkRecipe, PixelCnnRecipe>("pixelCnn")
        .Add<CausalNetworkRecipe, GatedPixelCnnRecipe>("gatedPixelCnn")
        .Add<CausalNetworkRecipe, PixelCnnPlusPlusRecipe>("pixelCnnPlusPlus")
        .Add<TransformRecipe, PermutationRecipe>("permutation")
        .Add<TransformRecipe, FlattenRecipe>("flatten")
        .Add<TransformRecipe, LogitRecipe>("logit")
        .Add<TransformRecipe, ScalingRecipe>("scaling")
        .Add<TransformRecipe, ActNormRecipe>("actNorm")
        .Add<TransformRecipe, BatchNormRecipe>("batchNorm")
        .Add<TransformRecipe, LinearMapRecipe>("linear")
        .Add<TransformRecipe, SqueezeRecipe>("squeeze")
        .Add<TransformRecipe, MultiscaleRecipe>("multiscale")
        .Add<TransformRecipe, RepeatRecipe>("repeat")
        .Add<TransformRecipe, PlanarRecipe>("planar")
        .Add<TransformRecipe, RadialRecipe>("radial")
        .Add<TransformRecipe, HouseholderRecipe>("householder")
        .Add<TransformRecipe, SylvesterRecipe>("sylvester")
        .Add<PosteriorRecipe, DiagonalNormalRecipe>("diagonalNormal")
        .Add<PosteriorRecipe, FlowPosteriorRecipe>("flow")
        .Add<DequantizationRecipe, UniformDequantizationRecipe>("uniform")
        .Add<DequantizationRecipe, VariationalDequantizationRecipe>("variational")
        .Add<ConditionerRecipe, ConvNetConditionerRecipe>("convNet")
        .Add<ConditionerRecipe, ResNetConditionerRecipe>("resNet")
        .Add<ConditionerRecipe, GatedAttentionConditionerRecipe>("gatedAttention")
        .Add<TransformRecipe, CouplingRecipe>("coupling")
        .Add<TransformRecipe, MaskedAutoregressiveRecipe>("maskedAutoregressive")
        .Add<TransformHeadRecipe, ShiftRecipe>("shift")
        .Add<TransformHeadRecipe, AffineRecipe>("affine")
        .Add<TransformHeadRecipe, SplineRecipe>("spline")
        .Add<TransformHeadRecipe, SigmoidalRecipe>("sigmoidal")
        .Add<TransformHeadRecipe, LogisticMixtureRecipe>("logisticMixture")
        .Add<ConditionerRecipe, MlpConditionerRecipe>("mlp")
        .Add<PriorRecipe, StandardNormalRecipe>("standardNormal")
        .Add<PriorRecipe, LogisticRecipe>("logistic")
        .Add<PriorRecipe, LearnedNormalRecipe>("learnedNormal")
        .Add<PriorRecipe, MixtureRecipe>("mixture")
        .Add<LikelihoodRecipe, BernoulliRecipe>("bernoulli")
        .Add<LikelihoodRecipe, ContinuousBernoulliRecipe>("continuousBernoulli")
        .Add<LikelihoodRecipe, NormalRecipe>("normal")
        .Add<LikelihoodRecipe, CategoricalRecipe>("categorical")
        .Add<LikelihoodRecipe, DiscretizedLogisticMixtureRecipe>("discretizedLogisticMixture")
        .Add<LikelihoodRecipe, PixelMixtureRecipe>("pixelMixture")
        .Add<ObjectiveRecipe, ElboRecipe>("elbo")
        .Add<ObjectiveRecipe, ImportanceWeightedRecipe>("importanceWeighted")
        .Add<ObjectiveRecipe, MaximumLikelihoodRecipe>("maximumLikelihood")
        .Add<ScheduleRecipe, ConstantRecipe>("constant")
        .Add<ScheduleRecipe, LinearRecipe>("linear")
        .Add<ScheduleRecipe, CosineRecipe>("cosine")
        .Add<ScheduleRecipe, SigmoidRecipe>("sigmoid")
        .Add<ScheduleRecipe, CyclicRecipe>("cyclic")
        .Add<ScheduleRecipe, StaircaseRecipe>("staircase")
        .Add<OptimizerRecipe, AdamRecipe>("adam")
        .Add<OptimizerRecipe, SgdRecipe>("sgd");

    /// <summary>Reads and writes recipes.</summary>
    public static RecipeYaml Yaml { get; } = new(Kinds);

    /// <summary>Their names, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Home.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^Suffix.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The text of a recipe, as YAML.</summary>
    /// <exception cref="KeyNotFoundException">There is none of this name; the message lists those there are.</exception>
    public static string Text(string name)
    {
        using var stream = Home.GetManifestResourceStream(Prefix + name + Suffix)
            ?? throw new KeyNotFoundException($"There is no model {Quoted.Name(name)}{(NearestMatch.Of(name, Names) is { } nearest ? $"; did you mean '{nearest}'?" : ".")} There are {string.Join(", ", Names)}; or give the path of a recipe (.yaml).");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The recipe of a name, or of a file.</summary>
    /// <param name="source">A name, or a path that ends in <c>.yaml</c> or <c>.yml</c>.</param>
    /// <param name="settings">Changes: <c>model.latent=32</c>.</param>
    /// <exception cref="KeyNotFoundException">There is none of this name.</exception>
    /// <exception cref="RecipeException">The file or a setting cannot be followed.</exception>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static Recipe Find(string source, params IEnumerable<string> settings) => IsFile(source)
        ? Yaml.ReadFile<Recipe>(File.Exists(source) ? source : throw new FileNotFoundException($"There is no recipe '{source}'. Give the path of a recipe (.yaml), or the name of a model: {string.Join(", ", Names)}.", source), settings)
        : Yaml.Read<Recipe>(Text(source), source + Suffix, settings);

    /// <summary>Whether a word is the path of a recipe, not a name.</summary>
    internal static bool IsFile(string source) => Path.GetExtension(source).ToLowerInvariant() is Suffix or ".yml";
}
