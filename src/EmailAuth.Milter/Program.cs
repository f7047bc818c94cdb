using EmailAuth.Milter;
using EmailAuth.Milter.Logging;

LogOutput.WriteWholeLines();
return await MilterCommandLine.RunAsync(args, Console.Out, Console.Error);
