using Latent.Cli;

return (int)LatentCommandLine.Run(args, Console.Out, Console.Error);
