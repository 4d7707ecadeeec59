using Latent.Catalog;

namespace Latent.Tests.Catalog;

/// <summary>Each bad recipe gets a message of its own, which says where, what and what instead.</summary>
public sealed class BadRecipeTests
{
    private const string Model = "name: vae\nmodel: {latent: 5, hidden: [7, 3], prior: {kind: normal}}\n";

    public static TheoryData<string, string> Documents => new()
    {
        // Keys
        { "trainng: {}\n" + Model, "vae.yaml, line 1, column 1: 'trainng' is no key of the recipe. Did you mean 'training'? Allowed: name, model, seed, training, targets, warmup." },
        { Model + "title: x\n", "line 3, column 1: 'title' is no key of the recipe. Allowed: name," },
        { Model + "Seed: 3\n", "line 3, column 1: 'Seed' is no key of the recipe. Did you mean 'seed'?" },
        { "name: vae\nmodel:\n  latnt: 5\n", "line 3, column 3: 'latnt' is no key of 'model'. Did you mean 'latent'? Allowed: latent, hidden, prior, gradient." },
        { "name: vae\nmodel:\n  latent: 5\n  hidden: [1]\n  prior: {kind: normal, components: 3}\n", "line 5, column 25: 'components' is no key of 'model.prior' of kind 'normal'. Allowed: kind, isLearned." },
        { Model + "warmup:\n  kind: linear\n  from: 0\n  to: 1\n  steps: 1\n  then:\n    - kind: constant\n      valu: 1\n", "line 10, column 7: 'valu' is no key of 'warmup.then[0]' of kind 'constant'. Did you mean 'value'?" },
        { "name: vae\n", "line 1, column 1: the recipe lacks the key 'model'. Required: name, model." },
        { "name: vae\nmodel: {latent: 5, hidden: [1]}\n", "line 2, column 8: 'model' lacks the key 'prior'." },
        { Model + "name: other\n", "line 3, column 1: the key 'name' comes twice, first at vae.yaml, line 1, column 1." },
        { Model + "training: {clip: 1, clip: 2}\n", "line 3, column 21: the key 'clip' comes twice" },
        { Model + "? [a]\n: b\n", "line 3, column 3: a key is a word" },

        // Kinds
        { "name: vae\nmodel: {latent: 5, hidden: [1], prior: {}}\n", "line 2, column 40: 'model.prior' lacks the key 'kind'. Allowed: normal, mixture." },
        { "name: vae\nmodel: {latent: 5, hidden: [1], prior: {kind: normale}}\n", "line 2, column 47: 'normale' is no kind of 'model.prior'. Did you mean 'normal'? Allowed: normal, mixture." },
        { "name: vae\nmodel: {latent: 5, hidden: [1], prior: {kind: [normal]}}\n", "line 2, column 47: 'model.prior.kind' must be one of normal, mixture, not a list." },
        { "name: vae\nmodel: {latent: 5, hidden: [1], prior: normal}\n", "line 2, column 40: 'model.prior' must be a mapping with a kind, such as {kind: normal} (with --set: model.prior.kind=normal), not 'normal'." },
        { "name: vae\nmodel: {latent: 5, hidden: [1], prior: null}\n", "line 2, column 40: 'model.prior' must be a mapping with a kind, such as {kind: normal}, not nothing." },

        // Types
        { "name: vae\nmodel: {latent: many, hidden: [1], prior: {kind: normal}}\n", "line 2, column 17: 'model.latent' must be a whole number, not 'many'." },
        { "name: vae\nmodel: {latent: 1.5, hidden: [1], prior: {kind: normal}}\n", "'model.latent' must be a whole number, not '1.5'." },
        { "name: vae\nmodel: {latent: --5, hidden: [1], prior: {kind: normal}}\n", "'model.latent' must be a whole number, not '--5'." },
        { "name: vae\nmodel: {latent: \"5\", hidden: [1], prior: {kind: normal}}\n", "'model.latent' must be a whole number, not the text \"5\" in quotes." },
        { "name: vae\nmodel: {latent: , hidden: [1], prior: {kind: normal}}\n", "'model.latent' must be a whole number, not nothing." },
        { "name: vae\nmodel: {latent: [5], hidden: [1], prior: {kind: normal}}\n", "'model.latent' must be a whole number, not a list." },
        { "name: vae\nmodel: {latent: 5, hidden: 400, prior: {kind: normal}}\n", "'model.hidden' must be a list, such as [1, 2], not '400'." },
        { "name: vae\nmodel: {latent: 5, hidden: [1, x], prior: {kind: normal}}\n", "line 2, column 32: 'model.hidden[1]' must be a whole number, not 'x'." },
        { "name: vae\nmodel: {latent: 5, hidden: {a: 1}, prior: {kind: normal}}\n", "'model.hidden' must be a list, such as [1, 2], not a mapping." },
        { "name: [vae]\n", "line 1, column 7: 'name' must be text, not a list." },
        { "name:\n", "'name' must be text, not nothing." },
        { "name: null\n", "'name' must be text, not nothing." },
        { Model + "training: {shuffle: yes}\n", "line 3, column 21: 'training.shuffle' must be true or false, not 'yes'." },
        { Model + "training: {shuffle: \"true\"}\n", "'training.shuffle' must be true or false, not the text \"true\" in quotes." },
        { Model + "training: {learningRate: 1e}\n", "'training.learningRate' must be a number, not '1e'." },
        { Model + "training: {learningRate: 0,001}\n", "line 3, column 28: '001' is no key of 'training'." },
        { Model + "training: {learningRate: Infinity}\n", "'training.learningRate' must be a number, not 'Infinity'." },
        { Model + "training: {learningRate: '0.1'}\n", "'training.learningRate' must be a number, not the text \"0.1\" in quotes." },
        { Model + "training: {override: scorefunction}\n", "line 3, column 22: 'scorefunction' is no value of 'training.override'. Did you mean 'scoreFunction'? Allowed: reparameterized, scoreFunction." },
        { Model + "training: {override: 1}\n", "'1' is no value of 'training.override'. Allowed" },
        { Model + "training: fast\n", "'training' must be a mapping, such as 'key: value', not 'fast'." },
        { Model + "targets: [1]\n", "'targets' must be a mapping of names, not a list." },
        { Model + "targets: {elbo: low}\n", "'targets.elbo' must be a number, not 'low'." },

        // Ranges
        { "name: vae\nmodel: {latent: 3000000000, hidden: [1], prior: {kind: normal}}\n", "'model.latent' must be a whole number from -2147483648 to 2147483647, not '3000000000'." },
        { Model + "seed: -1\n", "line 3, column 7: 'seed' must be a whole number from 0 to 18446744073709551615, not '-1'." },
        { Model + "seed: 18446744073709551616\n", "'seed' must be a whole number from 0 to 18446744073709551615, not '18446744073709551616'." },
        { Model + $"seed: 1{new string('0', 60)}\n", "'seed' must be a whole number from 0 to" },
        { Model + "training: {epochs: 9223372036854775808}\n", "'training.epochs' must be a whole number from -9223372036854775808 to" },
        { Model + "training: {clip: 1e999}\n", "'training.clip' must be a number below 1.8e308, not '1e999'." },
        { "name: vae\nmodel: {latent: -3, hidden: [1], prior: {kind: normal}}\n", "vae.yaml, line 2, column 17: 'model.latent' does not fit. The latent space has at least 1 dimension." },
        { Model + "training: {epochs: 1, learningRate: 0}\n", "line 3, column 37: 'training.learningRate' does not fit. A learning rate is above 0." },

        // Documents
        { "", "vae.yaml: the recipe is empty." },
        { "# nothing\n\n", "vae.yaml: the recipe is empty." },
        { "- a\n- b\n", "line 1, column 1: the recipe must be a mapping, such as 'key: value', not a list." },
        { "vae\n", "the recipe must be a mapping, such as 'key: value', not 'vae'." },
        { Model + "---\nname: b\n", "line 3, column 1: a second document begins here" },
        { Model + "training:\n\tclip: 1\n", "line 4, column 1: a tab stands where the line is indented. YAML indents with spaces." },
        { Model + "training:\n  \tclip: 1\n", "line 4, column 3: a tab stands where the line is indented." },
        { Model + "\0more: 1\n", "line 3, column 1: a control character, U+0000, is no part of a recipe." },
        { "name: &here vae\n", "line 1, column 7: the anchor &here is no part of recipes" },
        { "name: *here\n", "line 1, column 7: the alias *here is no part of recipes" },
        { "name: !!str vae\n", "line 1, column 7: the tag tag:yaml.org,2002:str is no part of recipes" },
        { "name: !Exec vae\n", "the tag !Exec is no part of recipes" },
        { "model: {latent: 5\n", "line 2, column 1: this is no YAML. While parsing a flow mapping" },
        { "name: 'vae\n", "line 1, column 7: this is no YAML. While scanning a quoted scalar" },
        { "name: vae\n  seed: 1\n", "line 2, column 7: this is no YAML." },
        { "name: @vae\n", "line 1, column 7: this is no YAML." },
        { "name: " + new string('[', 10_000), "column 71: more than 64 brackets or indentations stand within each other" },
    };

    public static TheoryData<string, string> Settings => new()
    {
        { "model.latent", "--set model.latent: a setting is a key, '=' and a value, as in --set model.latent=32." },
        { "=3", "--set =3: a setting is a key" },
        { "", "--set : a setting is a key" },
        { "model..latent=3", "--set model..latent=3: 'model..latent' has an empty part" },
        { "model.=3", "'model.' has an empty part" },
        { "modl.latent=3", "--set modl.latent=3: 'modl' is no key of the recipe. Did you mean 'model'? Allowed: name," },
        { "model.latent=many", "--set model.latent=many: 'model.latent' must be a whole number, not 'many'." },
        { "model.latent=-1", "--set model.latent=-1: 'model.latent' does not fit. The latent space has at least 1 dimension." },
        { "model.latent=", "'model.latent' must be a whole number, not nothing." },
        { "model.latent.x=3", "--set model.latent.x=3: 'model.latent' is no mapping, so that it has no 'x'. Set it as a whole, as in --set 'model.latent=" },
        { "model.hidden.0=3", "'model.hidden' is a list, so that it has no '0'. Set it as a whole, as in --set 'model.hidden=[" },
        { "model.hidden=[1", "--set model.hidden=[1: this is no YAML." },
        { "model.prior.kind=mixtur", "--set model.prior.kind=mixtur: 'mixtur' is no kind of 'model.prior'. Did you mean 'mixture'?" },
        { "training.learningRate=0", "--set training.learningRate=0: 'training.learningRate' does not fit. A learning rate is above 0." },
        { "name=*a", "--set name=*a: the alias *a is no part of recipes" },
        { "warmup=3", "--set warmup=3: 'warmup' must be a mapping with a kind, such as {kind: constant, value: 3}, not '3'." },
        { "model.prior.components=3", "--set model.prior.components=3: 'components' is no key of 'model.prior' of kind 'normal'. Allowed: kind, isLearned." },
        { "warmup.value=3", "--set warmup.value=3: 'warmup' lacks the key 'kind'. Allowed: constant, linear." },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public void A_bad_document_is_refused(string document, string message) =>
        AssertSays(message, Assert.Throws<RecipeException>(() => SampleRecipe.Yaml.Read<SampleRecipe>(document, "vae.yaml")));

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_bad_setting_is_refused(string setting, string message) =>
        AssertSays(message, Assert.Throws<RecipeException>(() => SampleRecipe.Yaml.Read<SampleRecipe>(Model, "vae.yaml", setting)));

    private static void AssertSays(string expected, RecipeException fault)
    {
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Equal($"{fault.Place}: {fault.Problem}", fault.Message);
        Assert.EndsWith(".", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }
}
