using Latent.Cli.Tests.Use;
using Latent.Tests.Training;

namespace Latent.Cli.Tests.BadInput;

/// <summary>Whatever is wrong with a command line, a recipe, a run or a place to write: a sentence of its own with the remedy, the right code, and nothing half-written.</summary>
[Collection(TrainedRuns.Collection)]
public sealed class BadInputTests(TrainedRuns runs)
{
    private const string Recipe = "name: mine\nmodel: {kind: vae}\n";
    private const string Small = "--set model.latent=3 --set model.encoder.hidden=[7] --set model.decoder.hidden=[7] --set training.replicas=1 --epochs 0.01";

    /// <summary>A command line and what is said of it. In the line, '@' stands for the folder that the case has to itself.</summary>
    private sealed record Case(string Line, int Code, string Words, Action<Workplace>? Arrange = null);

    private static readonly IReadOnlyDictionary<string, Case> s_cases = new Dictionary<string, Case>
    {
        // The command line
        ["no model"] = new("train", 2, "'latent train' needs a <model|recipe>. See 'latent train --help'."),
        ["no run"] = new("sample", 2, "'latent sample' needs a <run>."),
        ["no runs"] = new("compare", 2, "'latent compare' needs a <run>."),
        ["command misspelt"] = new("trian vae", 2, "'trian' is no command of 'latent'. Did you mean 'train'?"),
        ["option misspelt"] = new("train vae --epocs 3", 2, "'--epocs' is no option of 'latent train'. Did you mean '--epochs'?"),
        ["option of another command"] = new("sample table --particles 3", 2, "'--particles' is no option of 'latent sample'."),
        ["option without its value"] = new("train vae --name", 2, "Required argument missing for option: '--name'."),
        ["option twice"] = new("train vae --epochs 1 --epochs 2", 2, "Option '--epochs' expects a single argument but 2 were provided."),
        ["word too many"] = new("eval table pictures", 2, "'pictures' is not taken by 'latent eval'."),
        ["epochs in words"] = new("train vae --epochs many", 2, "--epochs takes a number above 0, such as 20 or 0.5, not 'many'."),
        ["no epochs"] = new("train vae --epochs 0", 2, "--epochs takes a number above 0, such as 20 or 0.5, not '0'."),
        ["endless epochs"] = new("train vae --epochs 1e999", 2, "--epochs takes a number above 0, such as 20 or 0.5, not '1e999'."),
        ["negative seed"] = new("train vae --seed -1", 2, "--seed takes a whole number from 0 on, not '-1'."),
        ["count of zero"] = new("sample table --count 0", 2, "--count takes a whole number from 1 to 1000000, not '0'."),
        ["negative count"] = new("reconstruct table --count -7", 2, "--count takes a whole number from 1 to 1000000, not '-7'."),
        ["count beyond memory"] = new("sample table --count 100000000000", 2, "--count takes a whole number from 1 to 1000000, not '100000000000'."),
        ["broken particles"] = new("score table --particles 1.5", 2, "--particles takes a whole number from 1 to 1000000, not '1.5'."),
        ["no examples"] = new("eval table --examples 0", 2, "--examples takes a whole number from 1 to 1000000, not '0'."),
        ["line without ends"] = new("interpolate table --steps 1", 2, "--steps takes a whole number from 2 to 1000000, not '1'."),

        // Models and recipes
        ["unknown model"] = new("train vea", 1, "There is no model 'vea'; did you mean 'vae'? There are "),
        ["unknown model shown"] = new("models gan", 1, "There is no model 'gan'. There are "),
        ["missing recipe"] = new("train @/missing.yaml", 1, "There is no recipe '@/missing.yaml'. Give the path of a recipe (.yaml), or the name of a model: "),
        ["folder as recipe"] = new("train @/runs.yaml", 1, "There is no recipe '@/runs.yaml'.", at => Directory.CreateDirectory(at.At("runs.yaml"))),
        ["empty recipe"] = Given("", "mine.yaml: the recipe is empty."),
        ["tab in recipe"] = Given("name: mine\nmodel:\n\tkind: vae\n", "mine.yaml, line 3, column 1: a tab stands where the line is indented. YAML indents with spaces."),
        ["broken YAML"] = Given("name: [mine\n", "this is no YAML."),
        ["bytes as recipe"] = new("train @/mine.yaml", 1, "mine.yaml, byte 6: this is no UTF-8.", at => File.WriteAllBytes(at.At("mine.yaml"), [.. "name: "u8, 0xFF, 0xFE])),
        ["key of a newer recipe"] = Given(Recipe + "flowSteps: 3\n", "mine.yaml, line 3, column 1: 'flowSteps' is no key of the recipe. Allowed: name,"),
        ["key misspelt"] = Given(Recipe + "trainng: {}\n", "'trainng' is no key of the recipe. Did you mean 'training'?"),
        ["unknown kind"] = Given("name: mine\nmodel: {kind: vea}\n", "'vea' is no kind of 'model'. Did you mean 'vae'?"),
        ["missing kind"] = Given("name: mine\nmodel: {latent: 3}\n", "'model' lacks the key 'kind'."),
        ["missing name"] = Given("model: {kind: vae}\n", "the recipe lacks the key 'name'."),
        ["unknown word"] = Given(Recipe + "training: {precision: half}\n", "'half' is no value of 'training.precision'. Allowed: full, bFloat16."),
        ["wrong type"] = Given(Recipe + "training: {batch: big}\n", "'training.batch' must be a whole number, not 'big'."),
        ["number for a schedule"] = Given(Recipe + "training: {learningRate: 0.01}\n", "'training.learningRate' must be a mapping with a kind, such as {kind: constant, value: 0.01} (with --set: training.learningRate.value=0.01), not '0.01'."),
        ["word for a prior"] = Set("model.prior=mixture", "'model.prior' must be a mapping with a kind, such as {kind: mixture} (with --set: model.prior.kind=mixture), not 'mixture'."),
        ["negative size"] = Set("model.latent=-3", "--set model.latent=-3: 'model.latent' does not fit. latent must be at least 1."),
        ["layer of nothing"] = Set("model.encoder.hidden=[7,0]", "'model.encoder.hidden' does not fit. hidden must be at least 1."),
        ["batch of nothing"] = Set("training.batch=0", "'training.batch' does not fit. batch must be at least 1."),
        ["no replicas"] = Set("training.replicas=0", "'training.replicas' does not fit. replicas must be at least 1."),
        ["negative learning rate"] = Set("training.learningRate.value=-1", "'training.learningRate' does not fit. A learning rate is never below 0."),
        ["schedule of no time"] = Set("training.learningRate={kind: linear, epochs: 0}", "'training.learningRate.epochs' does not fit."),
        ["average beyond its range"] = Set("training.average=1", "'training.average' does not fit. The decay of an average lies in [0, 1)."),
        ["negative free bits"] = Set("objective.freeBits=-1", "'objective.freeBits' does not fit. Free bits are a finite number of nats, at least 0."),
        ["setting without a value"] = Set("model.latent", "a setting is a key, '=' and a value, as in --set model.latent=32."),
        ["setting inside a list"] = new("train glow --runs @/new --set model.layer.scales=3", 1, "'model.layer' is a list, so that it has no 'scales'. Set it as a whole, as in --set 'model.layer=[{kind: multiscale}]'."),
        ["setting inside a list of numbers"] = Set("model.encoder.hidden.first=3", "'model.encoder.hidden' is a list, so that it has no 'first'. Set it as a whole, as in --set 'model.encoder.hidden=["),
        ["setting inside a number"] = Set("model.latent.size=3", "'model.latent' is no mapping, so that it has no 'size'. Set it as a whole, as in --set 'model.latent="),
        ["layer of a posterior"] = Set("model.posterior={kind: flow, layer: [{kind: squeeze}]}", "model.posterior.layer: Squeezing takes pictures"),
        ["setting of another kind"] = Set("training.optimizer.momentum=0.9", "'momentum' is no key of 'training.optimizer' of kind 'adam'. Allowed: kind, beta1,"),
        ["model beyond memory"] = new($"train vae --data bars --runs @/new {Small} --set model.latent=1000000000000", 1, "There is not enough memory for this: take a smaller model, smaller batches, or less at once."),

        // Recipes and data that do not go together
        ["missing data"] = new("train vae --data @/missing.csv --runs @/new", 1, "There is no data set, file or folder '@/missing.csv'. Check the path; 'latent data list' shows the names of sets."),
        ["data not fetched"] = new("train vae --data mnist --data-root @/nowhere --runs @/new", 1, "Fetch it with 'latent data download mnist'"),
        ["batch larger than data"] = new("train vae --data @/table.csv --runs @/new --set training.batch=1000", 1, "training.batch: It is 1000, and 'table.csv' has 169 examples to train on: take a smaller batch (--set training.batch=16)."),
        ["batch larger than a small table"] = new("train vae --data @/small.csv --runs @/new --set training.batch=100", 1, "and 'small.csv' has 19 examples to train on: take a smaller batch (--set training.batch=10).", at => at.Write("small.csv", string.Concat(Enumerable.Range(0, 23).Select(i => $"{i},{i % 5}\n")))),
        ["pictures' size for a table"] = new("train glow --data @/table.csv --runs @/new", 1, "table.csv/train holds 169 × [4], reals; only pictures [C, H, W] with levels of grey are brought to a size: leave --resize out, or where a recipe asks for it (data.size), take one for such data."),
        ["parameters of no run"] = new($"train vae --data bars --runs @/new {Small} --set training.from=@/nowhere", 1, "training.from: '@/nowhere' is neither a run with a checkpoint nor a checkpoint's file: give the folder of a run, such as runs/vae."),
        ["couplings of one channel"] = new("train real-nvp --data bars --runs @/new --set objective.kind=elbo", 1, "have one: put 'squeeze' before it, or 'flatten', or take a model of pictures"),
        ["noise for an exact objective"] = new("train maf --data bars --runs @/new", 1, "objective.kind: 'maf' adds noise to levels to make them real (dequantization), which bounds their likelihood from below, and this objective is for models whose likelihood is exact: take elbo or importanceWeighted (--set objective.kind=elbo)."),
        ["coins for reals"] = new("train vae --data @/table.csv --runs @/new --set model.likelihood.kind=bernoulli", 1, "The likelihood 'bernoulli' is for data of 0 and 1 or levels of grey, and these data are reals: take model.likelihood.kind=normal"),
        ["greys for reals"] = new("train vae --data @/table.csv --runs @/new --set model.likelihood.kind=continuousBernoulli", 1, "The likelihood 'continuousBernoulli' is for values in [0, 1]"),
        ["grey for coins"] = new("train vae --data @/grey.npy --runs @/new --set data.binarization=none --set training.batch=5", 1, "set data.binarization to dynamic, static or threshold", at => at.WritePictures("grey.npy", 31)),
        ["missing column"] = new("train vae --data @/table.csv --runs @/new --set data.label=colour", 1, "There is no column 'colour'; there are 'a', 'b', 'c', 'kind'."),
        ["sequences"] = new("train vae --data @/notes.json --runs @/new", 1, "'vae' is a model of single examples, and 'notes.json' holds sequences", at => at.Write("notes.json", """{"train": [[[60]]], "valid": [[[60]]], "test": [[[60]]]}""")),

        // Where a run goes
        ["path as name"] = new("train vae --name a/b --runs @/new", 1, "'a/b' cannot be a run's name"),
        ["no name"] = new("train vae --name .. --runs @/new", 1, "'..' cannot be a run's name, which is that of a folder: give a plain name with --name"),
        ["name taken"] = new("train vae --name table --runs @/runs", 1, "The run '@/runs/table' exists. Go on with it by 'latent train @/runs/table --resume', or give another --name."),
        ["file in the way"] = new($"train vae --data bars --runs @/table.csv {Small}", 1, "Cannot train in '@/table.csv/vae': '@/table.csv' is a file, and no folder."),
        ["unwritable folder"] = new($"train vae --data bars --runs /proc/runs {Small}", 1, "Cannot train in '/proc/runs/vae': No file can be made there. Check that"),
        ["nothing to go on with"] = new("train vae --name new --resume --runs @/runs", 1, "There is no run '@/runs/new' to go on with; '@/runs' has pictures, table. Leave --resume out to begin it"),
        ["another setting"] = new("train @/runs/table --resume --epochs 70 --set model.latent=4", 1, "The run '@/runs/table' goes on as it began, and '--set model.latent=4' would change its numbers. Leave that out, or begin another run"),
        ["another seed"] = new("train vae --name table --resume --runs @/runs --seed 9", 1, "The run '@/runs/table' goes on as it began, and '--seed 9' would change its numbers."),
        ["other data to go on with"] = new("train table --resume --runs @/runs --data bars", 1, "The run '@/runs/table' goes on as it began, and '--data bars' would change its numbers."),
        ["another model"] = new("train iwae --name table --resume --runs @/runs", 1, "The run '@/runs/table' trains 'vae', not 'iwae'. Go on with it by 'latent train @/runs/table --resume'"),
        ["another recipe"] = new("train @/mine.yaml --name table --resume --runs @/runs", 1, "The checkpoint was made by another recipe or seed. Resume with the run's own recipe.yaml, or take another name.", at => at.Write("mine.yaml", Recipe + "training: {replicas: 1}\n")),
        ["data that have changed"] = new("train table --resume --runs @/runs --epochs 70", 1, "'table.csv' is no longer what 'table' was trained on", at => at.Edit("table.csv", text => text + "1,2,3,0\n")),
        ["test set that has changed"] = new("eval table --runs @/runs", 1, "'table.csv' is no longer what 'table' was trained on: its examples have changed (random: 170 / 21 / 21, seed 0; then random: 169 / 21 / 21, seed 0), so that the test set may hold what the model has seen. Bring the old data back, or train a new run; score, encode and reconstruct take any data with --data.", at => at.Edit("table.csv", text => text + "1,2,3,0\n")),
        ["no whole checkpoint"] = new("train @/runs/table/recipe.yaml --name table --resume --runs @/runs", 1, "None of the run's checkpoints can be read: begin anew under another name.", at => at.Cut(100)),
        ["broken metrics"] = new("train @/runs/pictures/recipe.yaml --name pictures --resume --runs @/runs", 1, "metrics.jsonl: line 1: This is no line of measurements", at => at.Edit("runs/pictures/metrics.jsonl", text => "{\n" + text)),

        // Runs
        ["unknown run"] = new("eval tabel --runs @/runs", 1, "There is no run 'tabel'; '@/runs' has pictures, table. 'latent train' makes runs; --runs names another folder of them."),
        ["no folder of runs"] = new("eval vae --runs @/new", 1, "There is no run 'vae'; '@/new' has no runs."),
        ["file as run"] = new("eval @/table.csv --runs @/runs", 1, "There is no run '@/table.csv', which is a file and no folder; '@/runs' has pictures, table."),
        ["file as folder of runs"] = new("compare table --runs @/table.csv", 1, "There is no run 'table'; '@/table.csv' is a file, and no folder of runs."),
        ["folder that is no run"] = new("eval @/runs", 1, "'@/runs' is no run: it has no recipe.yaml. Give the folder of a run, such as runs/vae"),
        ["run without checkpoint"] = new("sample table --runs @/runs", 1, "The run '@/runs/table' has no checkpoint yet: train it", at => Directory.Delete(at.Table.Checkpoints, recursive: true)),
        ["run without best"] = new("sample table --checkpoint best --runs @/runs", 1, "The run '@/runs/table' has no best checkpoint. Leave --checkpoint out", at => File.Delete(at.Table.BestCheckpoint()!)),
        ["missing checkpoint"] = new("sample table --checkpoint @/none.safetensors --runs @/runs", 1, "There is no checkpoint '@/none.safetensors'. Give best, last, or the path of a file in '@/runs/table/checkpoints'."),
        ["table as checkpoint"] = new("sample table --checkpoint @/table.csv --runs @/runs", 1, "table.csv: byte 0: The header is said to have"),
        ["checkpoint of another model"] = new("sample table --checkpoint @/runs/pictures/checkpoints/best.safetensors --runs @/runs", 1, "the model has Float32 [7, 3]. Take another checkpoint of this run, with --checkpoint, or train again."),
        ["truncated checkpoint"] = new("score table --runs @/runs", 1, "best.safetensors: byte 0: The header is said to have", at => at.Cut(100)),
        ["empty checkpoint"] = new("encode table --runs @/runs", 1, "The file has 0 bytes", at => at.Cut(0)),
        ["corrupted recipe"] = new("eval table --runs @/runs", 1, "recipe.yaml, line 1, column 1: 'nmae' is no key of the recipe. Did you mean 'name'?", at => at.Edit("runs/table/recipe.yaml", text => text.Replace("name: vae", "nmae: vae", StringComparison.Ordinal))),
        ["missing data.json"] = new("eval table --runs @/runs", 1, "it has no data.json, which says what the model was trained on. Restore the file, or train again.", at => File.Delete(at.Table.DataFile)),
        ["corrupted data.json"] = new("eval table --runs @/runs", 1, "data.json: line 1: It is no record of data", at => at.Write("runs/table/data.json", "{")),
        ["impossible data.json"] = new("eval table --runs @/runs", 1, "A standardisation has a mean and a scale for each coordinate.", at => at.EditJson("runs/table/data.json", json => json["mean"]!.AsArray().Add(1))),
        ["data gone"] = new("eval table --runs @/runs", 1, "There is no data set, file or folder '@/table.csv'.", at => File.Delete(at.At("table.csv"))),
        ["not evaluated"] = new("compare table --runs @/runs", 1, "The run 'table' has not been evaluated: run 'latent eval table --runs @/runs' first.", at => File.Delete(at.Table.EvaluationFile)),
        ["corrupted evaluation.json"] = new("compare table --runs @/runs", 1, "evaluation.json: line 1: It is no evaluation. Run 'latent eval table --runs @/runs' again.", at => at.Write("runs/table/evaluation.json", "{}")),
        ["unknown run compared"] = new("compare table tabel --runs @/runs", 1, "There is no run 'tabel'; '@/runs' has pictures, table."),
        ["different data"] = new("compare table pictures --runs @/runs", 1, "pictures does not compare with table: data bars, not table.csv.\n"),

        // What runs are used on, and where results go
        ["unknown part"] = new("eval table --part trian --runs @/runs", 1, "'table.csv' has no part 'trian'; it has train, validation, test."),
        ["part of a whole file"] = new("encode table --data @/table.csv --part train --runs @/runs", 1, "'@/table.csv' is read as a whole and has no part 'train': leave --part out."),
        ["data of another width"] = new("score table --data @/wide.csv --runs @/runs", 1, "There are 5 columns, and the training data have 3 and the classes, 'kind'. Give 'a', 'b', 'c' in this order, or a first line that names the columns.", at => at.Write("wide.csv", "1,2,3,4,0\n5,6,7,8,1\n")),
        ["columns of other names"] = new("score table --data @/other.csv --runs @/runs", 1, "line 1: The training data have a column 'c', and this table has not; it has 'a', 'b', 'd', 'kind'.", at => at.Write("other.csv", "a,b,d,kind\n1,2,3,0\n")),
        ["pictures for rows"] = new("encode table --data bars --runs @/runs", 1, "'bars/test' holds 2000 × [1, 8, 8], binary, and the model was trained on table.csv"),
        ["word among numbers"] = new("score table --data @/word.csv --runs @/runs", 1, "line 2, column 2 ('b'): 'x' is no finite number. Write numbers with a point, as in 3.5, and categories as numbers; say which column holds classes, and what stands between fields if it was not found.", at => at.Write("word.csv", "a,b,c\n1,x,3\n")),
        ["word in training data"] = new("train vae --data @/word.csv --runs @/new", 1, "say which column holds classes (--label), and what stands between fields (--set data.separator=…) if it was not found.", at => at.Write("word.csv", "a,b,c\n1,x,3\n")),
        ["no choice of this set"] = new("train vae --data bars --runs @/new --set data.levels=3", 1, "The set 'bars' says itself what its values are: leave --set data.levels=… out."),
        ["one end of a line"] = new("interpolate table --data @/one.csv --runs @/runs", 1, "'one.csv' has one example, and a line needs two.", at => at.Write("one.csv", "a,b,c,kind\n1,2,3,0\n")),
        ["unknown kind of file"] = new("sample table --out @/x.txt --runs @/runs", 1, "'@/x.txt' does not say what kind of file to write: let it end in .png, .npz or .csv."),
        ["codes as a picture"] = new("encode table --out @/x.png --runs @/runs", 1, "'@/x.png' does not say what kind of file to write: let it end in .npz or .csv."),
        ["scores as arrays"] = new("score table --out @/x.npz --runs @/runs", 1, "Scores are written as a table: let '@/x.npz' end in .csv."),
        ["picture of rows"] = new("sample table --out @/x.png --runs @/runs", 1, "Examples of table.csv have the shape [3] and are no pictures: let the file end in .npz or .csv."),
        ["missing folder"] = new("sample table --out @/none/x.csv --runs @/runs", 1, "Cannot write '@/none/x.csv': there is no folder '@/none'. Make it first, or name another."),
        ["file as folder"] = new("score table --out @/table.csv/x.csv --runs @/runs", 1, "Cannot write '@/table.csv/x.csv': '@/table.csv' is a file, and no folder. Name another place."),
        ["folder as file"] = new("encode table --out @/x.csv --runs @/runs", 1, "Cannot write '@/x.csv': ", at => Directory.CreateDirectory(at.At("x.csv"))),
        ["unwritable place"] = new("reconstruct table --out /proc/x.csv --runs @/runs", 1, "Cannot write '/proc/x.csv': No file can be made there. Check that"),
    };

    public static TheoryData<string> Names => [.. s_cases.Keys];

    private static Case Given(string recipe, string words) => new("train @/mine.yaml --runs @/new", 1, words, at => at.Write("mine.yaml", recipe));

    private static Case Set(string setting, string words) => new($"train vae --runs @/new --set {setting.Replace(' ', '~')}", 1, words);

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_wrong_is_said_with_the_remedy(string name)
    {
        var (line, code, words, arrange) = s_cases[name];
        using var place = new Workplace(runs);
        arrange?.Invoke(place);
        var before = place.Contents;

        string Here(string text) => text.Replace("@", place.At(""), StringComparison.Ordinal);
        var (found, output, error) = CommandRun.Of([.. line.Split(' ').Select(word => Here(word).Replace('~', ' '))]);

        Assert.True(code == (int)found, $"{found}: {output}{error}");
        Assert.Equal("", output);
        Assert.Contains(Here(words), error, StringComparison.Ordinal);
        Assert.EndsWith(code == 2 ? "--help'.\n" : ".\n", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", error, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", error, StringComparison.Ordinal);
        Assert.Equal(before, place.Contents);
    }

    [RequiresNamespacesFact]
    public void A_full_disk_gets_no_half_of_a_result()
    {
        using var place = new Workplace(runs);
        var disk = Directory.CreateDirectory(place.At("disk")).FullName;
        using var process = LatentProcess.StartInside($"mount -t tmpfs -o size=8k tmpfs '{disk}'", $"ls -A '{disk}'", "sample", "table", "--runs", place.At("runs"), "--count", "1000", "--out", $"{disk}/x.csv");
        var (code, output, error) = process.End();

        Assert.Equal((1, ""), (code, output));
        Assert.StartsWith($"Cannot write '{disk}/x.csv': No space left on device", error, StringComparison.Ordinal);
        Assert.EndsWith("and that the disk has room.\n", error, StringComparison.Ordinal);
    }
}
