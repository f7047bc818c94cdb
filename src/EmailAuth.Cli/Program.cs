using EmailAuth.Cli;

return await CommandLine.RunAsync(args);
