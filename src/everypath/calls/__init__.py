"""What `grad` and the others return: callables that specialise a function, find the specialisation again, and cross into machine code.

boundary     how arguments cross and results come back
choice       which arguments `wrt` names, and which of their leaves carry a derivative
directions   what fits as a tangent, a cotangent or the vector of an hvp
compose      derivatives of derivatives, as IR
specialise   one function, compiled once for each structure of its arguments and captures
guards       what the program takes for granted of the world
derived      the fast way of a warm call, and what all callables share
collecting   the leaves of arguments that hold objects, by a function written for their structure
changing     objects of the caller that a compiled function leaves changed
gradients    compile, grad, value_and_grad, hvp
captured     the leaves of what a function captures, as they are now
jacobians    jacobian and hessian by sweeps; `dense`, those of short functions, as one program
explanations explain; `slopes` runs the function itself for its differences
pickled      how all of these are pickled and copied
"""
