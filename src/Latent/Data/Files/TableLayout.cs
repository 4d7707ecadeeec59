namespace Latent.Data;

/// <summary>
/// The columns that tables are matched to: those of a training set. Where both tables name their columns it is by name, in any
/// order, and elsewhere by place.
/// </summary>
/// <param name="Width">How many columns make an example.</param>
/// <param name="Columns">Their names; empty where the table had no header.</param>
/// <param name="Classes">The words for the classes 0, 1, …; empty where classes were numbers, or there were none.</param>
/// <param name="NeedsClasses">
/// Whether the classes must be there and among those of the training set. If not, a table may lack them, and words that are new are
/// classes after those.
/// </param>
internal sealed record TableLayout(int Width, IReadOnlyList<string> Columns, IReadOnlyList<string> Classes, bool NeedsClasses)
{
    /// <summary>The layout of a training set, for the other parts of the same data.</summary>
    public static TableLayout Of(Dataset train) => new((int)train.EventShape.Elements, train.ColumnNames, train.ClassNames, NeedsClasses: true);
}
