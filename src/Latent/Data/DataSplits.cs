using System.Security.Cryptography;
using System.Text;
using Latent.Torch;

namespace Latent.Data;

/// <summary>A data set in its parts: what a model learns from, what choices are made on, and what results are reported on.</summary>
public sealed record DataSplits
{
    /// <summary>The parts, which must hold the same kind of examples.</summary>
    /// <param name="name">The name of the whole: <c>mnist</c>.</param>
    /// <param name="protocol">How the parts were made, in words: results under different protocols do not compare.</param>
    /// <param name="train">For learning.</param>
    /// <param name="validation">For early stopping and choices; null if there is none.</param>
    /// <param name="test">For reporting; null if there is none.</param>
    /// <exception cref="ArgumentException">The parts differ in shape, levels or preprocessing.</exception>
    public DataSplits(string name, string protocol, Dataset train, Dataset? validation = null, Dataset? test = null)
    {
        foreach (var other in new[] { validation, test })
        {
            if (other is not null && (other.EventShape != train.EventShape || other.Levels != train.Levels || other.IsSequence != train.IsSequence || other.Preprocessing != train.Preprocessing))
                throw new ArgumentException($"{other} does not go with {train}: the parts of a data set have one shape, one number of levels and one preprocessing.", nameof(train));
        }
        Name = name;
        Protocol = protocol;
        Train = train;
        Validation = validation;
        Test = test;
    }

    /// <summary>The name of the whole.</summary>
    public string Name { get; }

    /// <summary>How the parts were made, in words.</summary>
    public string Protocol { get; }

    /// <summary>For learning.</summary>
    public Dataset Train { get; }

    /// <summary>For early stopping and choices.</summary>
    public Dataset? Validation { get; }

    /// <summary>For reporting.</summary>
    public Dataset? Test { get; }

    /// <summary>What was done to the values.</summary>
    public Preprocessing Preprocessing => Train.Preprocessing;

    /// <summary>How reals were standardised; null if they were not. Its log-determinant is part of log p(x).</summary>
    public Standardization? Standardization { get; private init; }

    /// <summary>Stands for the examples of all parts as they were before any preprocessing: <see cref="Dataset.Fingerprint"/> of each.</summary>
    public string Fingerprint => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', Parts.Select(part => $"{part.Name} {part.Data.Fingerprint}")))))[..16];

    /// <summary>How many examples the parts have.</summary>
    public PartSizes Sizes => new(Train.Count, Validation?.Count ?? 0, Test?.Count ?? 0);

    /// <summary>The parts that there are, with their names.</summary>
    public IEnumerable<(string Name, Dataset Data)> Parts
    {
        get
        {
            yield return ("train", Train);
            if (Validation is not null) yield return ("validation", Validation);
            if (Test is not null) yield return ("test", Test);
        }
    }

    /// <summary>What a user asked for, by name or by path, in parts and preprocessed: the one way from a command line or a recipe to data.</summary>
    /// <exception cref="ArgumentException">A choice does not go with the data; the message says which and why.</exception>
    /// <exception cref="FileNotFoundException">Neither a set nor a file has this name, or files of a set are missing; the message says what to do.</exception>
    /// <exception cref="MalformedFileException">A file is damaged, or holds what cannot be learned from; the message says where.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static DataSplits Open(DataRequest request)
    {
        DataSplits splits;
        if (NamedSets.TryFind(request.Source) is { } set)
        {
            request.AllowOnly($"The set '{set.Name}'");
            splits = set.Load(NamedSets.Root(request.Root));
        }
        else
        {
            splits = DataFile.Open(request);
        }
        return request.Preprocessing == Preprocessing.None ? splits : splits.Preprocessed(request.Preprocessing);
    }

    /// <summary>Makes independent parts, each from a stream of its own.</summary>
    /// <param name="name">The name of the whole.</param>
    /// <param name="sizes">How many examples the parts have, each at least 1.</param>
    /// <param name="seed">Of everything random.</param>
    /// <param name="make">From a number of examples, a seed and a name to a part.</param>
    internal static DataSplits Generate(string name, PartSizes sizes, ulong seed, Func<long, ulong, string, Dataset> make)
    {
        var rng = new Rng(seed);
        return new(
            name, $"generated: {sizes}, seed {seed}",
            make(sizes.Train, rng.Fork("train").Key, $"{name}/train"),
            make(sizes.Validation, rng.Fork("validation").Key, $"{name}/validation"),
            make(sizes.Test, rng.Fork("test").Key, $"{name}/test"));
    }

    /// <summary>Cuts a set by a random permutation: the first part is the test set, the next the validation set, the rest is for training.</summary>
    /// <param name="all">The examples.</param>
    /// <param name="validation">The fraction of the validation set, rounded to a number of examples.</param>
    /// <param name="test">The fraction of the test set; with the other less than 1.</param>
    /// <param name="seed">Of the permutation.</param>
    /// <exception cref="ArgumentOutOfRangeException">A fraction is negative, or they leave nothing to train on.</exception>
    public static DataSplits Random(Dataset all, double validation = 0.1, double test = 0.1, ulong seed = 0)
    {
        if (!(validation >= 0 && test >= 0 && validation + test < 1))
            throw new ArgumentOutOfRangeException(nameof(validation), $"The fractions {validation} (validation) and {test} (test) must be at least 0 and their sum below 1.");
        var order = new long[all.Count];
        new Rng(seed).Fork("split").Permutation(order);
        var (tests, validations) = ((int)Math.Round(test * all.Count), (int)Math.Round(validation * all.Count));
        if (tests + validations >= all.Count)
            throw new ArgumentOutOfRangeException(nameof(validation), $"Of {all.Count} examples, {tests} for the test and {validations} for validation leave none to train on.");
        return new(
            all.Name, $"random: {order.Length - tests - validations} / {validations} / {tests}, seed {seed}",
            all.Take(order.AsSpan(tests + validations), $"{all.Name}/train"),
            validations == 0 ? null : all.Take(order.AsSpan(tests, validations), $"{all.Name}/validation"),
            tests == 0 ? null : all.Take(order.AsSpan(0, tests), $"{all.Name}/test"));
    }

    /// <summary>A set that comes with a test set: the last examples of the training set become the validation set.</summary>
    /// <param name="validation">How many; 0 for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">None would be left to train on.</exception>
    public static DataSplits HoldOut(string name, Dataset train, Dataset test, long validation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(validation);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(validation, train.Count);
        var rest = train.Count - validation;
        return validation == 0
            ? new(name, $"as published: {train.Count} / 0 / {test.Count}", train, null, test)
            : new(name, $"as published, last of training held out: {rest} / {validation} / {test.Count}", train.Slice(0, rest), train.Slice(rest, validation, $"{name}/validation"), test);
    }

    /// <summary>The parts after preprocessing; what is fitted is fitted on the training set alone.</summary>
    /// <param name="preprocessing">What to do.</param>
    /// <param name="fitted">The standardisation, where it was fitted before; null to fit it.</param>
    /// <exception cref="ArgumentException">It does not go with the values, or they were preprocessed before.</exception>
    public DataSplits Preprocessed(Preprocessing preprocessing, Standardization? fitted = null)
    {
        if (preprocessing == Preprocessing || (Preprocessing.Seed is null && preprocessing with { Seed = null } == Preprocessing)) return this;
        // Pictures of several sizes were brought to one when they were read.
        if (Preprocessing != Preprocessing.None with { Size = Preprocessing.Size } || Preprocessing.Size is not null && Preprocessing.Size != preprocessing.Size)
            throw new ArgumentException($"{Name} already has the preprocessing '{Preprocessing}', not '{preprocessing}': leave it out, or begin with other data.", nameof(preprocessing));
        var train = Levels(Train);
        var standardization = preprocessing.Standardize ? fitted ?? Data.Standardization.Fit(train) : Standardization;
        return new(Name, Protocol, Apply(train), Validation is null ? null : Apply(Levels(Validation)), Test is null ? null : Apply(Levels(Test))) { Standardization = standardization };

        Dataset Levels(Dataset part) => part.Resized(preprocessing).Reduced(preprocessing).Binarized(preprocessing);
        Dataset Apply(Dataset part) => preprocessing.Standardize ? standardization!.Apply(part) : part;
    }
}
