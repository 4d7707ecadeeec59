namespace Latent.Data;

/// <summary>What kind of file <see cref="DataFile.Write"/> makes.</summary>
public enum DataFormat
{
    /// <summary>NumPy arrays by name in one file: any data, labels and factors included.</summary>
    Npz,
    /// <summary>A folder of files named as MNIST's: pictures of one channel, and labels.</summary>
    Idx,
    /// <summary>Tables with a header: vectors, and labels.</summary>
    Csv,
}
