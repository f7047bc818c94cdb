using EmailAuth.Milter;

return await MilterCommandLine.RunAsync(args, Console.Out, Console.Error);
